#include "adapters/worklist/group_export.h"

#include "tests/support/hospital_fixture.h"

namespace group_export_test {

using fhir::ErrorKind;
using fhir::http::Request;
using fhir::http::Response;
using test::answer;
using test::texts;
using test::thrown;

namespace {

/// A server whose export of a group is ready at the first question.
struct Exporting {
    Response serve(const Request& request) {
        const auto& path = request.url.path;
        if (path.ends_with("/$export"))
            return {202, {{"Content-Location", "http://ehr.example/fhir/job/1"}}, ""};
        if (path.ends_with("/job/1") && request.method == "DELETE") return {202, {}, ""};
        if (path.ends_with("/job/1"))
            return {200,
                    {{"Content-Type", "application/json"}},
                    R"({"transactionTime":"2026-03-10T10:00:00Z","requiresAccessToken":true,
                        "request":"x","error":[],"output":[
                        {"type":"Patient","url":"http://ehr.example/fhir/file/p"},
                        {"type":"Encounter","url":"http://ehr.example/fhir/file/e"}]})"};
        if (path.ends_with("/file/p"))
            return {200, {{"Content-Type", "application/fhir+ndjson"}}, patients};
        if (path.ends_with("/file/e"))
            return {200, {{"Content-Type", "application/fhir+ndjson"}}, encounters};
        return answer(404);
    }
    adapters::Worklist list() {
        const adapters::WorklistQuery query{.source = "group-export", .group = "Group/g"};
        fhir::Client client(wire, test::Scripted::options());
        return adapters::exportGroup({client,
                                      adapters::vendorProfile("oracle-health"),
                                      query,
                                      test::clockAt(test::kNow),
                                      {}});
    }

    std::string patients = R"({"resourceType":"Patient","id":"a","name":[{"text":"Person a"}]}
{"resourceType":"Patient","id":"b","name":[{"text":"Person b"}],"deceasedBoolean":true}
)";
    static std::string line(const std::string& id, const std::string& status,
                            const std::string& patient) {
        return R"({"resourceType":"Encounter","id":")" + id + R"(","status":")" + status + '"' +
               (patient.empty() ? "" : R"(,"subject":{"reference":"Patient/)" + patient + "\"}") +
               "}\n";
    }
    std::string encounters = line("1", "in-progress", "a") + line("2", "finished", "a") +
                             line("3", "in-progress", "b") + line("4", "in-progress", "z") +
                             line("5", "in-progress", "");
    test::Wire wire{[this](const Request& request) { return serve(request); }};
};

}  // namespace

TEST_CASE("group export: the current stays of the group, the rest with its reason", "[adapters]") {
    Exporting server;

    const auto list = server.list();

    REQUIRE(list.stays.size() == 1);
    CHECK(list.stays[0].encounter.id == "1");
    CHECK(list.stays[0].patient.id == "a");
    CHECK_THAT(texts(list.problems), Catch::Contains("Encounter/3 is left out: Patient/b is "
                                                     "recorded as deceased"));
    CHECK_THAT(texts(list.problems), Catch::Contains("Encounter/4 is left out: Patient/z"));
    CHECK_THAT(texts(list.problems), Catch::Contains("Encounter/5 is left out"));
    CHECK(fhir::Query::parse(server.wire.requests.at(0).url.query).find("_type") ==
          "Patient,Encounter");
}

TEST_CASE("group export: a refusal is an error", "[adapters]") {
    Exporting server;
    server.wire.handler = [](const Request&) { return answer(403); };

    CHECK(thrown([&] { server.list(); }).kind() == ErrorKind::Forbidden);
}

}  // namespace group_export_test
