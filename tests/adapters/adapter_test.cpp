#include "adapters/adapter.h"

#include <algorithm>

#include "tests/support/hospital_fixture.h"

namespace adapter_test {

using fhir::ErrorKind;
using fhir::http::Request;
using test::answer;
using test::thrown;

namespace {

const std::vector<std::string> kLadder{"observation", "companion"};

}  // namespace

TEST_CASE("adapter: the CapabilityStatement is read once", "[adapters]") {
    test::Hospital hospital(1);

    CHECK(hospital.adapter().capabilities().supports("Flag", "create"));
    CHECK_FALSE(hospital.adapter().capabilities().supports("Patient", "create"));
    CHECK(hospital.wire().count("GET", "/metadata") == 1);
}

TEST_CASE("adapter: a CapabilityStatement that failed is read again", "[adapters]") {
    test::Hospital hospital(1);
    auto& wire = hospital.wire();
    wire.handler = [](const Request&) { return answer(503); };
    CHECK(thrown([&] { hospital.adapter().capabilities(); }).kind() == ErrorKind::Unavailable);

    wire.handler = [&](const Request& request) { return hospital.real(request); };

    CHECK(hospital.adapter().capabilities().fhirVersion == "4.0.1");
}

TEST_CASE("adapter: a server that will not say what it can do gets nothing", "[adapters]") {
    const auto [status, route] = GENERATE(
        table<int, std::string>({{403, "companion"}, {404, "companion"}, {501, "companion"}}));
    test::Hospital hospital(1);
    const auto status_ = status;
    hospital.wire().handler = [&](const Request& request) {
        return request.url.path.ends_with("/metadata") ? answer(status_) : hospital.real(request);
    };
    test::MemoryCompanion storage;

    const auto result =
        hospital.adapter().write(kLadder, test::statementObservation(), storage, false);

    CHECK(result.route == route);
    REQUIRE(result.skipped.size() == 1);
    CHECK_THAT(result.skipped[0].why, Catch::Contains("does not say what it can do"));
}

TEST_CASE("adapter: what may be there already goes nowhere else before somebody knows",
          "[adapters]") {
    test::Hospital hospital(1);
    hospital.wire().handler = [](const Request&) { return answer(404); };
    test::MemoryCompanion storage;

    const auto error = thrown(
        [&] { hospital.adapter().write(kLadder, test::statementObservation(), storage, true); });

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK(storage.kept.empty());
}

TEST_CASE("adapter: nothing that writes goes out after the write's deadline", "[adapters]") {
    test::Hospital hospital(1);
    test::MemoryCompanion storage;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(1);
    hospital.adapter().capabilities();
    const auto before = hospital.wire().deadlines.size();

    hospital.adapter().write(kLadder, test::statementObservation(), storage, true, end);

    const auto& deadlines = hospital.wire().deadlines;
    CHECK(deadlines.size() >= before + 3);  // it looks, creates and reads back
    CHECK(std::all_of(deadlines.begin() + static_cast<std::ptrdiff_t>(before), deadlines.end(),
                      [&](auto one) { return one == end; }));
}

TEST_CASE("adapter: a server that is down is waited for, not passed by", "[adapters]") {
    test::Hospital hospital(1);
    hospital.wire().handler = [](const Request&) { return answer(503); };
    test::MemoryCompanion storage;

    const auto error = thrown(
        [&] { hospital.adapter().write(kLadder, test::statementObservation(), storage, false); });

    CHECK(error.kind() == ErrorKind::Unavailable);
    CHECK(storage.kept.empty());
}

TEST_CASE("adapter: what is meant for the companion alone needs no EHR", "[adapters]") {
    test::Hospital hospital(1);
    hospital.wire().handler = [](const Request&) { return answer(503); };
    test::MemoryCompanion storage;

    const auto result =
        hospital.adapter().write({"companion"}, test::statementObservation(), storage, false);

    CHECK(result.location == "Observation/kept-1");
    CHECK(hospital.wire().requests.empty());
}

TEST_CASE("adapter: one patient and one encounter by id", "[adapters]") {
    test::Hospital hospital(2);

    CHECK(hospital.adapter().patient("patient-2").language == std::vector<std::string>{"ja"});
    CHECK(hospital.adapter().encounter("stay-2").status == "in-progress");
    CHECK(thrown([&] { hospital.adapter().patient("nobody"); }).kind() == ErrorKind::NotFound);
    CHECK(thrown([&] { hospital.adapter().patient("../x"); }).kind() == ErrorKind::InvalidInput);
}

TEST_CASE("adapter: another patient's record is nobody's, but one that replaced theirs",
          "[adapters]") {
    const auto [link, isTheirs] = GENERATE(table<std::string, bool>({
        {R"("seealso","other":{"reference":"Patient/patient-1"})", false},
        {R"("replaced-by","other":{"reference":"Patient/patient-1"})", false},
        {R"("replaces","other":{"reference":"Patient/patient-3"})", false},
        {R"("replaces","other":{"reference":"http://x.example/Patient/patient-1"})", false},
        {R"("replaces","other":{"reference":"Patient/patient-1"})", true},
    }));
    const auto body =
        R"({"resourceType":"Patient","id":"patient-2","link":[{"type":)" + link + "}]}";
    const test::Scripted ehr([&](const Request&) { return answer(200, body); });

    INFO(body);
    CHECK(ehr.adapter->patient("patient-2").id == "patient-2");
    if (isTheirs) {
        CHECK(ehr.adapter->patient("patient-1").id == "patient-2");
    } else {
        const auto error = thrown([&] { ehr.adapter->patient("patient-1"); });
        CHECK(error.kind() == ErrorKind::BadReply);
        CHECK_THAT(error.what(), Catch::Contains("another patient"));
        CHECK_THAT(error.what(), !Catch::Contains("patient-2"));
    }
}

TEST_CASE("adapter: by profile, what is answered to an id is who took its place", "[adapters]") {
    auto profile = adapters::vendorProfile("nhs");
    profile.requestsPerMinute = 0;
    const test::Scripted ehr(
        [&](const Request&) { return answer(200, R"({"resourceType":"Patient","id":"2"})"); },
        profile);

    CHECK(ehr.adapter->patient("1").id == "2");
}

}  // namespace adapter_test
