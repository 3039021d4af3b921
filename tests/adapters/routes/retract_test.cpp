#include "adapters/routes/retract.h"

#include "tests/support/hospital_fixture.h"

namespace retract_test {

using adapters::LadderResult;
using fhir::ErrorKind;
using fhir::http::Request;
using fhir::http::Response;
using test::answer;
using test::thrown;

namespace {

constexpr const char* kRoute = "observation";

fhir::Observation inError() {
    auto observation = test::statementObservation();
    observation.status = "entered-in-error";
    return observation;
}

/// A statement of ours in the made-up hospital's chart.
struct Chart {
    explicit Chart(adapters::Profile profile = adapters::vendorProfile("generic"))
        : hospital(1, std::move(profile)),
          location(hospital.adapter()
                       .write({kRoute}, test::statementObservation(), storage, false)
                       .location) {}

    LadderResult retract(const std::string& formerPatient = "patient-1") {
        return hospital.adapter().retract(kRoute, location, inError(), formerPatient, storage);
    }
    std::string there() {
        return hospital.real({"GET", test::kBase.resolve("/fhir/" + location), {}, {}}).body;
    }
    /// Somebody else's change, of that much: a new version.
    void change(const std::string& from, const std::string& to) {
        auto body = there();
        const auto at = body.find(from);
        REQUIRE(at != std::string::npos);
        body.replace(at, from.size(), to);
        const auto response = hospital.real({"PUT",
                                             test::kBase.resolve("/fhir/" + location),
                                             {{"Content-Type", "application/fhir+json"}},
                                             body});
        REQUIRE(response.status == 200);
    }

    test::Hospital hospital;
    test::MemoryCompanion storage;
    std::string location;
};

bool isUpdate(const Request& request) {
    return request.method == "PUT";
}

}  // namespace

TEST_CASE("retract: the status changes and nothing else, once", "[adapters]") {
    Chart chart;
    chart.change(R"("valueString")",
                 R"("extension":[{"url":"https://ehr.example/seen","valueBoolean":true}],)"
                 R"("valueString")");

    CHECK(chart.retract().route == kRoute);
    const auto result = chart.retract();

    CHECK(result.location == chart.location);
    CHECK(result.remark.empty());
    CHECK(chart.hospital.wire().count("PUT", chart.location) == 1);
    CHECK(chart.there().find(R"("status":"entered-in-error")") != std::string::npos);
    CHECK(chart.there().find("https://ehr.example/seen") != std::string::npos);
    CHECK(chart.there().find("I want to see the sea.") != std::string::npos);
    CHECK(chart.storage.kept.empty());
}

TEST_CASE("retract: what somebody changed meanwhile is read again, and kept", "[adapters]") {
    Chart chart;
    int changes = 1;
    chart.hospital.wire().handler = [&](const Request& request) {
        if (isUpdate(request) && changes-- > 0) {
            CHECK(request.headers.find("If-Match") == R"(W/"1")");
            chart.change("see the sea", "see the sea again");
        }
        return chart.hospital.real(request);
    };

    CHECK(chart.retract().route == kRoute);

    CHECK(chart.hospital.wire().count("PUT", chart.location) == 2);
    CHECK(chart.there().find("see the sea again") != std::string::npos);
    CHECK(chart.there().find("entered-in-error") != std::string::npos);
}

TEST_CASE("retract: what never stands still is tried again later", "[adapters]") {
    const int status = GENERATE(409, 412);
    Chart chart;
    chart.hospital.wire().handler = [&](const Request& request) {
        return isUpdate(request) ? answer(status) : chart.hospital.real(request);
    };

    CHECK(thrown([&] { chart.retract(); }).kind() == ErrorKind::Unavailable);
    CHECK(chart.hospital.wire().count("PUT", chart.location) == 3);
    CHECK(chart.storage.kept.empty());
}

TEST_CASE("retract: without an answer it stays to be done, and nothing is kept", "[adapters]") {
    const int status = GENERATE(500, 503, 429, 401);
    Chart chart;
    chart.hospital.wire().handler = [&](const Request& request) {
        return isUpdate(request) ? answer(status) : chart.hospital.real(request);
    };

    const auto kind = thrown([&] { chart.retract(); }).kind();

    CHECK((kind == ErrorKind::Unavailable || kind == ErrorKind::Unauthorized));
    CHECK(chart.storage.kept.empty());
}

TEST_CASE("retract: what is gone is done", "[adapters]") {
    const int status = GENERATE(404, 410);
    Chart chart;
    chart.hospital.wire().handler = [&](const Request& request) {
        return request.url.path.ends_with(chart.location) ? answer(status)
                                                          : chart.hospital.real(request);
    };

    const auto result = chart.retract();

    CHECK(result.holder == adapters::Holder::Ehr);
    CHECK(result.route == kRoute);
    CHECK(result.remark == "it is no longer there");
}

TEST_CASE("retract: an EHR that says no leaves it to us, and says what to do", "[adapters]") {
    const auto [name, answerOf] = GENERATE(table<std::string, std::function<Response(Response)>>({
        {"refuses", [](Response) { return answer(422); }},
        {"forbids", [](Response) { return answer(403); }},
        {"has no PUT", [](Response) { return answer(405); }},
    }));
    INFO(name);
    Chart chart;
    chart.hospital.wire().handler = [&, act = answerOf](const Request& request) {
        return isUpdate(request) ? act({}) : chart.hospital.real(request);
    };

    const auto result = chart.retract();

    CHECK(result.holder == adapters::Holder::Companion);
    CHECK(result.route == "companion");
    REQUIRE(result.skipped.size() == 1);
    CHECK(result.skipped.front().route == kRoute);
    CHECK(result.skipped.front().why.ends_with(": mark " + chart.location +
                                               " as entered in error in the EHR itself."));
    REQUIRE(chart.storage.kept.size() == 1);
    CHECK(std::get<fhir::Observation>(chart.storage.kept.front()).status == "entered-in-error");
}

TEST_CASE("retract: an EHR that takes the change and does not keep it is told apart",
          "[adapters]") {
    Chart chart;
    chart.hospital.wire().handler = [&](const Request& request) {
        return isUpdate(request) ? answer(200) : chart.hospital.real(request);
    };

    const auto result = chart.retract();

    CHECK(result.holder == adapters::Holder::Companion);
    CHECK(result.route == "companion");
    CHECK(result.skipped.front().why.starts_with("The EHR took the change and did not keep it"));
}

TEST_CASE("retract: what is about another patient by now is left alone", "[adapters]") {
    Chart chart;
    chart.hospital.wire().handler = [&](const Request& request) {
        auto response = chart.hospital.real(request);
        const auto at = response.body.find("Patient/patient-1");
        if (request.url.path.ends_with(chart.location) && at != std::string::npos)
            response.body.replace(at, 17, "Patient/patient-9");
        return response;
    };

    CHECK(chart.retract().route == "companion");
    CHECK(chart.hospital.wire().count("PUT", chart.location) == 0);
    // Unless that was their own record, before it was merged.
    chart.retract("patient-9");
    CHECK(chart.hospital.wire().count("PUT", chart.location) == 1);
}

TEST_CASE("retract: only what profile, metadata and scopes allow is tried", "[adapters]") {
    auto profile = adapters::vendorProfile("generic");
    fhir::CapabilityStatement::Resource type;
    type.type = "Observation";
    type.interaction = {"create", "read", "update"};
    fhir::CapabilityStatement known;
    known.resource = {type};
    test::Scripted server([](const Request&) { return answer(500); });
    test::MemoryCompanion storage;
    const auto whyNot = [&](std::optional<fhir::smart::Scopes> granted) {
        return adapters::whyNoUpdate({.client = server.adapter->client(),
                                      .profile = profile,
                                      .capabilities = known,
                                      .companion = storage,
                                      .granted = std::move(granted)},
                                     "Observation");
    };

    CHECK_FALSE(whyNot({}));
    CHECK_FALSE(whyNot(fhir::smart::Scopes::parse("system/Observation.cu")));
    CHECK(whyNot(fhir::smart::Scopes::parse("system/Observation.crs")));
    known.resource.front().interaction = {"create"};
    CHECK(whyNot({})->find("CapabilityStatement") != std::string::npos);
    known.resource = {type};
    profile.updates = {};
    CHECK(whyNot({})->find("profile") != std::string::npos);
}

}  // namespace retract_test
