#include "tests/fhir/client/bulk_export_fixture.h"

namespace bulk_export_test {

using Catch::Matchers::Contains;
using fhir::BulkExport;
using fhir::BulkExported;
using fhir::BulkExportRequest;
using fhir::Client;
using fhir::Error;
using fhir::ErrorKind;
using fhir::Headers;
using fhir::Url;
using namespace test;
using namespace std::chrono_literals;

TEST_CASE("bulk export: asks for it, waits for it, reads every file, ends it", "[fhir]") {
    Export ward;
    ward.request.types = {"Patient", "Encounter"};
    ward.request.typeFilters = {"Encounter?status=in-progress"};
    ward.request.since = "2026-03-01T00:00:00Z";
    ward.started()
        .then(reply(202, {}, {{"X-Progress", "half"}, {"Retry-After", "7"}}))
        .ready(file(kFile, "2") + "," + file("https://ehr.example/api/FHIR/R4/files/2"),
               R"("requiresAccessToken":true,)")
        .then(reply(200, patient("a") + "\n" + patient("b") + "\n"))
        .then(reply(200, patient("c")))
        .ended();

    const auto exported = ward.run();

    CHECK(ward.ids == "a b c ");
    CHECK(exported.resources == 3);
    CHECK(exported.files == 2);
    CHECK(exported.issues.empty());
    CHECK(exported.transactionTime == "2026-03-07T08:15:00Z");
    CHECK(ward.waits == std::vector<std::chrono::milliseconds>{7s});
    REQUIRE(ward.transport.requests.size() == 6);
    CHECK(ward.asked(0).url.text() ==
          "https://ehr.example/api/FHIR/R4/Group/ward-7/$export?_type=Patient%2CEncounter"
          "&_typeFilter=Encounter%3Fstatus%3Din-progress&_since=2026-03-01T00%3A00%3A00Z");
    CHECK(ward.asked(0).headers.find("Prefer") == "respond-async");
    CHECK(ward.asked(0).headers.find("Accept") == "application/fhir+json");
    CHECK(ward.asked(1).url.text() == kState);
    CHECK(ward.asked(2).url.text() == kState);
    CHECK(ward.asked(3).headers.find("Accept") == "application/fhir+ndjson");
    CHECK(ward.asked(5).method == "DELETE");
    CHECK(ward.asked(5).url.text() == kState);
    for (std::size_t i = 0; i < 6; ++i) CHECK(ward.withCredential(i));
}

TEST_CASE("bulk export: a credential that is refused midway is renewed", "[fhir]") {
    Export ward;
    int token = 1;
    ward.options.authorization = [&] { return fhir::Secret("Bearer " + std::to_string(token)); };
    ward.options.renew = [&](const fhir::Secret& refused) {
        if (refused.reveal() == "Bearer " + std::to_string(token)) ++token;
        return true;
    };
    ward.then(reply(401))
        .started()
        .then(reply(401))
        .ready(file(kFile), R"("requiresAccessToken":true,)")
        .then(reply(401))
        .then(reply(200, patient("a") + "\n"))
        .then(reply(401))
        .ended();

    const auto exported = ward.run();

    CHECK(ward.ids == "a ");
    CHECK(exported.issues.empty());
    CHECK(ward.waits.empty());
    CHECK(ward.transport.isDone());
    std::string credentials;
    for (const auto& request : ward.transport.requests)
        credentials += request.headers.find("Authorization").value_or("none") + ",";
    CHECK(credentials ==
          "Bearer 1,Bearer 2,Bearer 2,Bearer 3,Bearer 3,Bearer 4,Bearer 4,Bearer 5,");
    CHECK(ward.asked(5).url.text() == kFile);
}

TEST_CASE("bulk export: a credential that is refused for good ends it", "[fhir]") {
    Export ward;
    ward.options.renew = [](const fhir::Secret&) { return false; };
    ward.started().ready(file(kFile), R"("requiresAccessToken":true,)").then(reply(401)).ended();

    CHECK(ward.failure().kind() == ErrorKind::Unauthorized);
    CHECK(ward.transport.isDone());
}

TEST_CASE("bulk export: without a group it is every patient's", "[fhir]") {
    Export all;
    all.request.group.clear();
    all.started().ready("").ended();

    CHECK(all.run().resources == 0);
    CHECK(all.asked(0).url.text() == "https://ehr.example/api/FHIR/R4/Patient/$export");
}

TEST_CASE("bulk export: a group that is no id is not asked for", "[fhir]") {
    Export ward;
    ward.request.group = "../Patient";

    CHECK(ward.failure().kind() == ErrorKind::InvalidInput);
    CHECK(ward.transport.requests.empty());
}

TEST_CASE("bulk export: polls further and further apart, unless the server names a wait",
          "[fhir]") {
    Export ward;
    ward.request.pollFirst = 2s;
    ward.request.pollLongest = 10s;
    ward.started();
    for (int i = 0; i < 4; ++i) ward.then(reply(202));
    ward.then(reply(202, {}, {{"Retry-After", "0"}}))
        .then(reply(429, {}, {{"Retry-After", "90"}}))
        .then(reply(503))
        .ready("")
        .ended();

    ward.run();

    CHECK(ward.waits == std::vector<std::chrono::milliseconds>{2s, 4s, 8s, 10s, 250ms, 90s, 10s});
}

TEST_CASE("bulk export: a server that runs another one is asked again later", "[fhir]") {
    Export ward;
    ward.then(reply(429, {}, {{"Retry-After", "600"}})).started().ready("").ended();

    ward.run();

    CHECK(ward.waits == std::vector<std::chrono::milliseconds>{600s});
    CHECK(ward.asked(1).url.text() == ward.asked(0).url.text());
}

TEST_CASE("bulk export: one whose start was not answered is not started twice", "[fhir]") {
    Export ward;
    ward.transport.then(Error(ErrorKind::Unavailable, "broke off"));

    CHECK_THAT(ward.failure().what(), Contains("export Group: broke off"));
    CHECK(ward.transport.requests.size() == 1);
}

TEST_CASE("bulk export: what a server cannot or will not start is an error", "[fhir]") {
    Export ward;
    const auto [status, headers, kind, text] =
        GENERATE(table<int, Headers, ErrorKind, std::string>({
            {404, {}, ErrorKind::NotFound, "answered 404"},
            {403, {}, ErrorKind::Forbidden, "answered 403"},
            {200, {}, ErrorKind::BadReply, "answered at once"},
            {202, {}, ErrorKind::BadReply, "does not say where"},
            {202,
             {{"Content-Location", "https://evil.example/jobs/7"}},
             ErrorKind::BadReply,
             "on another origin"},
        }));
    ward.then(reply(status, {}, headers));

    const auto error = ward.failure();

    CHECK(error.kind() == kind);
    CHECK_THAT(error.what(), Contains("export Group: ") && Contains(text));
    CHECK(ward.transport.requests.size() == 1);
}

TEST_CASE("bulk export: one that fails is ended at the server", "[fhir]") {
    Export ward;
    ward.started();
    SECTION("the state says so") {
        ward.then(reply(404)).ended();
        CHECK(ward.failure().kind() == ErrorKind::NotFound);
    }
    SECTION("the state fails again and again") {
        ward.then(reply(500)).then(reply(500)).then(reply(500)).ended();
        CHECK(ward.failure().status() == 500);
    }
    SECTION("the manifest cannot be read") {
        ward.then(reply(200, R"({"output":{}})")).ended();
        CHECK_THAT(ward.failure().what(), Contains("/output must be a list, not an object"));
    }
    SECTION("it takes longer than allowed") {
        ward.request.timeout = 10s;
        ward.then(reply(202)).then(reply(202)).then(reply(202)).ended();
        CHECK_THAT(ward.failure().what(), Contains("not ready within the time"));
    }
    SECTION("it is interrupted, and the end gets no answer") {
        ward.goOn = false;
        ward.then(reply(202));
        ward.transport.then(Error(ErrorKind::Unavailable, "gone"));
        CHECK_THAT(ward.failure().what(), Contains("interrupted"));
    }
    SECTION("a file is not there") {
        ward.ready(file(kFile)).then(reply(404)).ended();
        CHECK(ward.failure().kind() == ErrorKind::NotFound);
    }
    SECTION("there are more files than allowed") {
        ward.request.filesMax = 1;
        ward.ready(file(kFile) + "," + file(kFile)).ended();
        CHECK_THAT(ward.failure().what(), Contains("more than 1 files"));
    }
    SECTION("there are more resources than allowed") {
        ward.request.resourcesMax = 1;
        ward.ready(file(kFile)).then(reply(200, patient("a") + "\n" + patient("b"))).ended();
        CHECK_THAT(ward.failure().what(), Contains("more than 1 resources"));
        CHECK(ward.ids == "a ");
    }
    SECTION("a line is longer than allowed") {
        ward.request.lineBytesMax = 50;
        ward.ready(file(kFile)).then(reply(200, std::string(51, ' '))).ended();
        CHECK_THAT(ward.failure().what(), Contains("line 1 is longer than 50 bytes"));
    }
    CHECK(ward.transport.isDone());
    CHECK(ward.transport.requests.back().method == "DELETE");
    CHECK(ward.transport.requests.back().url.text() == kState);
}

TEST_CASE("bulk export: the credential goes where the manifest and the site say", "[fhir]") {
    const auto [url, required, allowed, goes] =
        GENERATE(table<std::string, bool, std::string, bool>({
            {kFile, true, "", true},
            {"https://ehr.example/elsewhere/1", true, "", true},
            {kFile, false, "", false},
            {"https://files.example/1", false, "", false},
            {"https://files.example/1", false, "https://files.example", false},
            {"https://files.example/1", true, "https://files.example", true},
        }));
    Export ward;
    if (!allowed.empty()) ward.request.fileOrigins = {Url::parse(allowed)};
    ward.started()
        .ready(file(url), required ? R"("requiresAccessToken":true,)" : "")
        .then(reply(200, patient("a")))
        .ended();

    ward.run();

    CHECK(ward.asked(2).url.text() == url);
    CHECK(ward.withCredential(2) == goes);
}

TEST_CASE("bulk export: a file below an alias is asked for at the base, with the credential",
          "[fhir]") {
    Export ward;
    ward.options.aliases = {Url::parse("http://internal:8080/r4")};
    ward.started()
        .ready(file("http://internal:8080/r4/files/1"), R"("requiresAccessToken":true,)")
        .then(reply(200, patient("a")))
        .ended();

    ward.run();

    CHECK(ward.asked(2).url.text() == kFile);
    CHECK(ward.withCredential(2));
}

TEST_CASE("bulk export: files whose origin is not to have the credential are not asked for",
          "[fhir]") {
    const std::string url =
        GENERATE("https://files.example/secret/1", "https://ehr.example:8443/secret/1",
                 "https://ehr.example.evil.example/secret/1");
    Export ward;
    ward.started().ready(file(url), R"("requiresAccessToken":true,)").ended();

    const auto error = ward.failure();

    CHECK(error.kind() == ErrorKind::Refused);
    CHECK_THAT(error.what(), Contains("access token") && !Contains("secret"));
}

TEST_CASE("bulk export: a server cannot send us out of TLS or to ourselves", "[fhir]") {
    const std::string url =
        GENERATE("http://files.example/1", "https://127.0.0.1/1", "https://localhost/1");
    Export ward;
    ward.started();
    SECTION("by the manifest") {
        ward.ready(file(url)).ended();
    }
    SECTION("by a redirect") {
        ward.ready(file(kFile)).then(reply(307, {}, {{"Location", url}})).ended();
    }

    CHECK(ward.failure().kind() == ErrorKind::BadReply);
    CHECK(ward.transport.isDone());
}

TEST_CASE("bulk export: a file may be redirected, and the credential stays behind", "[fhir]") {
    Export ward;
    ward.options.headers = {{"X-Api-Key", "made-up"}};
    ward.started()
        .ready(file(kFile), R"("requiresAccessToken":true,)")
        .then(reply(307, {}, {{"Location", "https://storage.example/1?signature=x"}}))
        .then(reply(200, patient("a")))
        .ended();

    ward.run();

    CHECK(ward.ids == "a ");
    CHECK(ward.withCredential(2));
    CHECK(ward.asked(3).url.text() == "https://storage.example/1?signature=x");
    CHECK_FALSE(ward.withCredential(3));
    CHECK_FALSE(ward.asked(3).headers.find("X-Api-Key"));
}

TEST_CASE("bulk export: redirects without end are an error", "[fhir]") {
    Export ward;
    ward.started().ready(file(kFile));
    for (int i = 0; i < 4; ++i) ward.then(reply(302, {}, {{"Location", kFile}}));
    ward.ended();

    CHECK(ward.failure().status() == 302);
    CHECK(ward.transport.isDone());
}

TEST_CASE("bulk export: a line that cannot be read is an issue, and the rest goes on", "[fhir]") {
    Export ward;
    ward.request.issuesMax = 2;
    ward.started()
        .ready(file(kFile, "9"))
        .then(reply(200, patient("a") + "\nnot json\n\n{\"id\":7}\n" + patient("b") + "\n"))
        .ended();

    const auto exported = ward.run();

    CHECK(ward.ids == "a b ");
    CHECK(exported.issueCount == 3);
    REQUIRE(exported.issues.size() == 2);
    CHECK_THAT(exported.issues[0].text, Contains("file 1, line 2 cannot be read"));
    CHECK(exported.issues[1].text ==
          "file 1, line 4 cannot be read: /id must be text, not a number");
    CHECK(exported.issues[1].path == "/id");
}

TEST_CASE("bulk export: a file that does not hold what was announced is an issue", "[fhir]") {
    Export ward;
    ward.started().ready(file(kFile, "2")).then(reply(200, patient("a"))).ended();

    const auto exported = ward.run();

    REQUIRE(exported.issues.size() == 1);
    CHECK(exported.issues[0].text == "file 1 has 1 resources and was to have 2");
}

TEST_CASE("bulk export: says what was deleted and what the server could not export", "[fhir]") {
    Export ward;
    ward.started()
        .ready("", R"("deleted":[{"type":"Bundle","url":"files/3"}],)"
                   R"("error":[{"type":"OperationOutcome","url":"files/4"}],)")
        .then(reply(200, R"({"resourceType":"Bundle","type":"transaction","entry":[)"
                         R"({"request":{"method":"DELETE","url":"Encounter/7"}},)"
                         R"({"request":{"method":"DELETE","url":"Patient/8"}}]})"))
        .then(reply(200, R"({"resourceType":"OperationOutcome","issue":[)"
                         R"({"severity":"error","code":"forbidden","diagnostics":"Ms Made-up"}]})"))
        .ended();

    const auto exported = ward.run();

    CHECK(exported.deleted == std::vector<std::string>{"Encounter/7", "Patient/8"});
    REQUIRE(exported.issues.size() == 1);
    CHECK(exported.issues[0].text == "the server remarked: error forbidden");
    CHECK(ward.asked(2).url.text() == "https://ehr.example/api/FHIR/R4/jobs/files/3");
    CHECK(ward.ids.empty());
}

TEST_CASE("bulk export: what the reader of the resources throws ends it", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(202, {}, {{"Content-Location", kState}}))
        .then(reply(200,
                    R"({"transactionTime":"2026-03-07T08:15:00Z","output":[)" + file(kFile) + "]}"))
        .then(reply(200, patient("a") + "\n" + patient("b")))
        .then(reply(202));
    const Client client(transport, withToken());
    int given = 0;

    const auto error = thrown([&] {
        BulkExport(client, [](auto) {
            return true;
        }).run({.group = "ward-7"}, [&](const fhir::json::Value&, fhir::json::Wanted&) {
            ++given;
            throw Error(ErrorKind::Unavailable, "the store is closed");
        });
    });

    CHECK_THAT(error.what(), Contains("the store is closed"));
    CHECK(given == 1);
    CHECK(transport.isDone());
}

}  // namespace bulk_export_test
