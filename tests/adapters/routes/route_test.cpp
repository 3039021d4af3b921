#include "adapters/routes/route.h"

#include <algorithm>

#include "tests/support/hospital_fixture.h"

namespace route_test {

using fhir::ErrorKind;
using fhir::http::Request;
using test::answer;
using test::thrown;

namespace {

/// A server that can create what is named, and answers a create so.
fhir::http::Response server(const Request& request, const std::string& creates,
                            const fhir::http::Response& created) {
    if (request.url.path.ends_with("/metadata"))
        return answer(200, R"({"resourceType":"CapabilityStatement","fhirVersion":"4.0.1","rest":[
            {"mode":"server","resource":[{"type":"Patient","interaction":[{"code":"read"}]},
            {"type":")" + creates +
                               R"(","interaction":[{"code":"create"}]}]}]})");
    return created;
}

}  // namespace

TEST_CASE("ladder: the first rung that takes it ends the tryRoutes", "[adapters]") {
    test::Hospital hospital(1);
    test::MemoryCompanion storage;

    const auto result = hospital.adapter().write({"flag", "observation", "companion"},
                                                 test::statementObservation(), storage, false);

    CHECK(result.holder == adapters::Holder::Ehr);
    CHECK(result.route == "observation");
    CHECK(result.location == "Observation/1001");
    CHECK(result.remark == "");
    REQUIRE(result.skipped.size() == 1);
    CHECK(result.skipped[0].route == "flag");
    CHECK_THAT(result.skipped[0].why, Catch::Contains("what matters to a patient"));
    CHECK(storage.kept.empty());
}

TEST_CASE("ladder: the order is the profile's", "[adapters]") {
    test::Hospital hospital(1);
    test::MemoryCompanion storage;

    const auto result = hospital.adapter().write({"companion", "observation"},
                                                 test::statementObservation(), storage, false);

    CHECK(result.holder == adapters::Holder::Companion);
    CHECK(result.route == "companion");
    CHECK(hospital.wire().count("POST", "/Observation") == 0);
}

TEST_CASE("ladder: a flag takes the flag route and no other", "[adapters]") {
    test::Hospital hospital(1);
    test::MemoryCompanion storage;

    const auto result = hospital.adapter().write({"observation", "flag", "companion"},
                                                 test::teamFlag(), storage, false);

    CHECK(result.holder == adapters::Holder::Ehr);
    CHECK(result.route == "flag");
    CHECK(result.location == "Flag/1001");
    REQUIRE(result.skipped.size() == 1);
    CHECK_THAT(result.skipped[0].why, Catch::Contains("flag about a team"));
}

TEST_CASE("ladder: what the server does not offer is not tried", "[adapters]") {
    test::Scripted ehr([](const Request& request) { return server(request, "Flag", answer(500)); });
    test::MemoryCompanion storage;

    const auto result = ehr.adapter->write({"observation", "companion"},
                                           test::statementObservation(), storage, false);

    CHECK(result.location == "Observation/kept-1");
    REQUIRE(result.skipped.size() == 1);
    CHECK_THAT(result.skipped[0].why, Catch::Contains("takes no new Observation"));
    CHECK(ehr.wire.requests.size() == 1);
}

TEST_CASE("ladder: a refusal leads to the next rung, with the server's reason", "[adapters]") {
    const auto [status, reason] = GENERATE(table<int, std::string>({
        {400, "answered 400"},
        {403, "permission"},
        {404, "answered 404"},
        {405, "answered 405"},
        {413, "answered 413"},
        {415, "answered 415"},
        {422, "answered 422 (error required (Observation.category))"},
        {501, "answered 501"},
    }));
    const auto body = R"({"resourceType":"OperationOutcome","issue":[{"severity":"error",
        "code":"required","diagnostics":"about Person One",
        "expression":["Observation.category"]}]})";
    const auto status_ = status;
    test::Scripted ehr([&](const Request& request) {
        return server(request, "Observation", answer(status_, body));
    });
    test::MemoryCompanion storage;

    const auto result = ehr.adapter->write({"observation", "companion"},
                                           test::statementObservation(), storage, false);

    CHECK(result.holder == adapters::Holder::Companion);
    CHECK(result.route == "companion");
    REQUIRE(result.skipped.size() == 1);
    CHECK_THAT(result.skipped[0].why, Catch::Contains(reason));
    CHECK_THAT(result.skipped[0].why, !Catch::Contains("Person One"));
}

TEST_CASE("ladder: what may succeed later stays on its rung", "[adapters]") {
    const auto [status, kind] = GENERATE(table<int, ErrorKind>({
        {401, ErrorKind::Unauthorized},
        {408, ErrorKind::Unavailable},
        {429, ErrorKind::Unavailable},
        {500, ErrorKind::Unavailable},
        {503, ErrorKind::Unavailable},
        {302, ErrorKind::BadReply},
    }));
    const auto status_ = status;
    test::Scripted ehr(
        [&](const Request& request) { return server(request, "Observation", answer(status_)); });
    test::MemoryCompanion storage;

    const auto error = thrown([&] {
        ehr.adapter->write({"observation", "companion"}, test::statementObservation(), storage,
                           false);
    });

    CHECK(error.kind() == kind);
    CHECK(error.status() == status);
    CHECK(storage.kept.empty());
}

TEST_CASE("ladder: where no rung takes it every reason is named", "[adapters]") {
    test::Scripted ehr(
        [](const Request& request) { return server(request, "Observation", answer(422)); });
    test::MemoryCompanion storage;

    const auto error = thrown([&] {
        ehr.adapter->write({"flag", "observation"}, test::statementObservation(), storage, false);
    });

    CHECK(error.kind() == ErrorKind::Refused);
    CHECK_THAT(error.what(), Catch::Contains("flag: ") && Catch::Contains("observation: create"));
}

TEST_CASE("ladder: what cannot be right is refused before anything is sent", "[adapters]") {
    test::Hospital hospital(1);
    test::MemoryCompanion storage;
    hospital.adapter().capabilities();
    hospital.wire().requests.clear();
    const auto write = [&](const adapters::Authored& authored,
                           const std::vector<std::string>& routes = {"observation", "companion"}) {
        return thrown([&] { hospital.adapter().write(routes, authored, storage, false); });
    };
    auto without = test::statementObservation();
    without.identifier.clear();
    auto foreign = test::statementObservation();
    foreign.identifier = {{{}, "https://hospital.example", "7"}};
    auto staff = test::statementObservation();
    staff.subject = fhir::Reference{"Practitioner/1", {}, {}};
    auto nobody = test::statementObservation();
    nobody.subject.reset();
    auto unmarked = test::teamFlag();
    unmarked.identifier.clear();

    CHECK(write(without).path() == "/identifier/0");
    CHECK(write(foreign).path() == "/identifier/0");
    CHECK(write(unmarked).path() == "/identifier/0");
    CHECK(write(staff).path() == "/subject/reference");
    CHECK(write(nobody).path() == "/subject/reference");
    CHECK(write(test::statementObservation(), {}).path() == "/routes");
    CHECK_THAT(write(test::statementObservation(), {"pigeon"}).what(), Catch::Contains("pigeon"));
    CHECK(hospital.wire().requests.empty());
    CHECK(storage.kept.empty());
}

TEST_CASE("routes: each is found by its name", "[adapters]") {
    for (const auto& name : adapters::routeNames())
        CHECK(adapters::findRoute(name)->name() == name);
    CHECK(adapters::routeNames().size() == 8);
    CHECK(adapters::findRoute("Observation") == nullptr);
    CHECK(adapters::findRoute("") == nullptr);
}

}  // namespace route_test
