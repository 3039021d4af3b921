#include "fhir/client/client.h"

#include "tests/fhir/client/client_fixture.h"
#include "tests/support/fake_transport.h"
#include "tests/support/thrown.h"

namespace client_search_test {

using Catch::Matchers::Contains;
using fhir::Client;
using fhir::ErrorKind;
using fhir::Secret;
using namespace test;

TEST_CASE("client: a search gives every entry of every page in order", "[fhir]") {
    FakeTransport transport;
    transport
        .then(reply(200,
                    page("https://ehr.example/api/FHIR/R4?page=2", {patient("a"), patient("b")})))
        .then(reply(200, page("/api/FHIR/R4/Patient?page=3", {patient("c")})))
        .then(reply(200, page("Patient?page=4", {})))
        .then(reply(200, page("?page=5", {patient("d")})))
        .then(reply(200, page("", {patient("e")})));
    const Client client(transport, withToken());
    Found found;

    const auto outcome =
        client.search("Patient", {{"name", "Te st"}, {"_count", "2"}}, std::ref(found));

    CHECK(found.ids == "a b c d e ");
    CHECK(outcome.pages == 5);
    CHECK(outcome.issues.empty());
    REQUIRE(transport.requests.size() == 5);
    CHECK(transport.requests[0].url.text() ==
          "https://ehr.example/api/FHIR/R4/Patient?name=Te%20st&_count=2");
    CHECK(transport.requests[1].url.text() == "https://ehr.example/api/FHIR/R4?page=2");
    CHECK(transport.requests[2].url.text() == "https://ehr.example/api/FHIR/R4/Patient?page=3");
    CHECK(transport.requests[3].url.text() == "https://ehr.example/api/FHIR/R4/Patient?page=4");
    CHECK(transport.requests[4].url.text() == "https://ehr.example/api/FHIR/R4/Patient?page=5");
    for (const auto& request : transport.requests)
        CHECK(request.headers.find("Authorization") == "Bearer made-up-token");
}

TEST_CASE("client: a search that finds nothing is no error", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(200, R"({"resourceType":"Bundle","type":"searchset","total":0})"));

    const auto outcome =
        Client(transport, optionsFor()).search("Patient", {}, [](const auto&) { FAIL(); });

    CHECK(outcome.pages == 1);
    CHECK(outcome.issues.empty());
}

TEST_CASE("client: pages are not followed to another origin", "[fhir]") {
    const std::string next =
        GENERATE("https://evil.example/api/FHIR/R4?page=2", "http://ehr.example/api/FHIR/R4?page=2",
                 "https://ehr.example:8443/api/FHIR/R4?page=2", "//evil.example/?page=2",
                 "https://ehr.example.evil.example/api/FHIR/R4?page=2");
    FakeTransport transport;
    transport.then(reply(200, page(next, {patient("a")})));
    const Client client(transport, withToken());

    const auto error = thrown([&] { client.search("Patient", {}, [](const auto&) {}); });

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK_THAT(error.what(), Contains("another origin") && !Contains("page=2"));
    CHECK(transport.requests.size() == 1);
}

TEST_CASE("client: an address of the next page that is none is a bad reply", "[fhir]") {
    const std::string next = GENERATE("mailto:a@b.example", "https://user:word@ehr.example/",
                                      "file:///etc/passwd", "/two words");
    FakeTransport transport;
    transport.then(reply(200, page(next, {})));
    const Client client(transport, withToken());

    const auto error = thrown([&] { client.search("Patient", {}, [](const auto&) {}); });

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK_THAT(error.what(), Contains("search Patient: ") && !Contains("word"));
    CHECK(transport.requests.size() == 1);
}

TEST_CASE("client: the token stays below the base, by whole path segments", "[fhir]") {
    const auto [next, goes] = GENERATE(table<std::string, bool>({
        {"https://ehr.example/api/FHIR/R4?page=2", true},
        {"https://ehr.example/api/FHIR/R4/Patient?page=2", true},
        {"https://EHR.example:443/api/FHIR/R4/x", true},
        {"https://ehr.example/api/FHIR/R45/Patient", false},
        {"https://ehr.example/api/FHIR/", false},
        {"https://ehr.example/api/FHIR/R4/../../admin", false},
        {"https://ehr.example/api/FHIR/R4/%2e%2e/%2E%2E/admin", false},
        {"/other", false},
    }));
    FakeTransport transport;
    transport.then(reply(200, page(next, {}))).then(reply(200, page("", {})));
    const Client client(transport, withToken());

    client.search("Patient", {}, [](const auto&) {});

    REQUIRE(transport.requests.size() == 2);
    CHECK(transport.requests[0].headers.find("Authorization"));
    CHECK(transport.requests[1].headers.find("Authorization").has_value() == goes);
}

TEST_CASE("client: the credential is asked for anew for each request", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(200, page("?page=2", {}))).then(reply(200, page("", {})));
    auto options = optionsFor();
    int asked = 0;
    options.authorization = [&]() -> std::optional<Secret> {
        return ++asked == 1 ? std::optional(Secret("Bearer one")) : std::nullopt;
    };

    Client(transport, options).search("Patient", {}, [](const auto&) {});

    CHECK(transport.requests.at(0).headers.find("Authorization") == "Bearer one");
    CHECK_FALSE(transport.requests.at(1).headers.find("Authorization"));
}

TEST_CASE("client: next links that run in a circle end the search", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(200, page("?page=2", {patient("a")})))
        .then(reply(200, page("?page=3", {patient("b")})))
        .then(reply(200, page("https://EHR.example:443/api/FHIR/R4/./Patient?page=2", {})));
    const Client client(transport, optionsFor());

    const auto error = thrown([&] { client.search("Patient", {}, [](const auto&) {}); });

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK_THAT(error.what(), Contains("circle"));
    CHECK(transport.isDone());
}

TEST_CASE("client: pages and entries of a search are limited", "[fhir]") {
    FakeTransport transport;
    for (int i = 2; i < 9; ++i)
        transport.then(
            reply(200, page("?page=" + std::to_string(i), {patient(std::to_string(i))})));
    auto options = optionsFor();

    SECTION("pages") {
        options.pagesMax = 3;
        const auto error =
            thrown([&] { Client(transport, options).search("Patient", {}, [](const auto&) {}); });
        CHECK(error.kind() == ErrorKind::BadReply);
        CHECK_THAT(error.what(), Contains("more than 3 pages"));
        CHECK(transport.requests.size() == 3);
    }
    SECTION("entries") {
        options.entriesMax = 4;
        Found found;
        const auto error =
            thrown([&] { Client(transport, options).search("Patient", {}, std::ref(found)); });
        CHECK(error.kind() == ErrorKind::BadReply);
        CHECK_THAT(error.what(), Contains("more than 4 entries"));
        CHECK(found.ids == "2 3 4 5 ");
        CHECK(transport.requests.size() == 5);
    }
}

TEST_CASE("client: as many pages as allowed are no error", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(200, page("?page=2", {}))).then(reply(200, page("", {})));
    auto options = optionsFor();
    options.pagesMax = 2;

    CHECK(Client(transport, options).search("Patient", {}, [](const auto&) {}).pages == 2);
}

TEST_CASE("client: what the reader of entries throws otherwise ends the search", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(200, page("?page=2", {patient("a")})));
    const Client client(transport, optionsFor());

    const auto error = thrown([&] {
        client.search("Patient", {}, [](const auto&) {
            throw fhir::Error(ErrorKind::Internal, "the disk is full");
        });
    });

    CHECK(error.kind() == ErrorKind::Internal);
    CHECK(transport.requests.size() == 1);
}

TEST_CASE("client: a search answered by something else than a Bundle is a bad reply", "[fhir]") {
    const auto [body, text] = GENERATE(table<std::string, std::string>({
        {R"({"resourceType":"OperationOutcome"})",
         "search Patient: the server answered success, but with an OperationOutcome instead"},
        {R"({"resourceType":"Patient"})",
         "search Patient: /resourceType is not the resource type that belongs here: Bundle"},
        {R"({"resourceType":"Bundle"})", "search Patient: /type is missing"},
        {R"([])", "search Patient: must be an object, not a list"},
        {R"({"resourceType":"Bundle","type":"searchset","link":[{"relation":"next"}]})",
         "search Patient: /link/0/url is missing"},
    }));
    FakeTransport transport;
    transport.then(reply(200, body));
    const Client client(transport, optionsFor());

    const auto error = thrown([&] { client.search("Patient", {}, [](const auto&) {}); });

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK(std::string(error.what()) == text);
}

TEST_CASE("client: a search fails when any of its pages does", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(200, page("?page=2", {patient("a")}))).then(reply(503));
    const Client client(transport, optionsFor());

    const auto error = thrown([&] { client.search("Patient", {}, [](const auto&) {}); });

    CHECK(error.kind() == ErrorKind::Unavailable);
    CHECK(error.status() == 503);
}

TEST_CASE("client: an entry is given once for each of its versions", "[fhir]") {
    const auto version = [](const std::string& id, const std::string& versionId) {
        return R"({"resourceType":"Patient","id":")" + id + R"(","meta":{"versionId":")" +
               versionId + "\"}}";
    };
    FakeTransport transport;
    transport
        .then(reply(200, page("?page=2", {version("a", "1"), version("b", "1"), patient("c")})))
        .then(reply(200, page("", {version("b", "1"), version("a", "2"), patient("c")})));
    Found found;

    Client(transport, optionsFor()).search("Patient", {}, std::ref(found));

    CHECK(found.ids == "a b c a ");
}

TEST_CASE("client: what came along is kept apart from what was found", "[fhir]") {
    const auto entry = [](const std::string& mode, const std::string& id) {
        return patient(id) + R"(,"search":{"mode":")" + mode + "\"}";
    };
    FakeTransport transport;
    transport.then(reply(200, page("", {entry("match", "a"), entry("include", "b"), patient("c"),
                                        entry("match", "b")})));
    Found matches, includes;
    fhir::SearchOptions options;
    options.onInclude = std::ref(includes);

    Client(transport, optionsFor()).search("Patient", {}, std::ref(matches), options);

    CHECK(matches.ids == "a c b ");
    CHECK(includes.ids == "b ");
}

TEST_CASE("client: a page that has expired starts the search again, once", "[fhir]") {
    FakeTransport transport;
    const int status = GENERATE(404, 410);
    transport.then(reply(200, page("?page=2", {patient("a"), patient("b")}))).then(reply(status));

    SECTION("and gives what was not given yet") {
        transport.then(reply(200, page("?page=2", {patient("b"), patient("c")})))
            .then(reply(200, page("", {patient("d")})));
        Found found;
        const auto outcome = Client(transport, optionsFor()).search("Patient", {}, std::ref(found));
        CHECK(found.ids == "a b c d ");
        CHECK(outcome.restarted);
        CHECK(outcome.pages == 3);
        CHECK(transport.requests[2].url.text() == transport.requests[0].url.text());
    }
    SECTION("and not twice") {
        transport.then(reply(200, page("?page=2", {}))).then(reply(status));
        const auto error = thrown(
            [&] { Client(transport, optionsFor()).search("Patient", {}, [](const auto&) {}); });
        CHECK(error.kind() == ErrorKind::BadReply);
        CHECK_THAT(error.what(), Contains("expire faster"));
        CHECK(transport.isDone());
    }
}

TEST_CASE("client: a first page that is not there is not an expired one", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(404));

    const auto error =
        thrown([&] { Client(transport, optionsFor()).search("Patient", {}, [](const auto&) {}); });

    CHECK(error.kind() == ErrorKind::NotFound);
    CHECK(transport.isDone());
}

TEST_CASE("client: strict handling is asked for where it is wanted", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(200, page("?page=2", {}))).then(reply(200, page("", {})));
    const bool strict = GENERATE(true, false);
    fhir::SearchOptions options;
    options.strict = strict;

    Client(transport, optionsFor())
        .search(
            "Patient", {}, [](const auto&) {}, options);

    for (const auto& request : transport.requests)
        CHECK(request.headers.find("Prefer").value_or("") == (strict ? "handling=strict" : ""));
}

namespace {

std::string pageOf(const std::string& self, const std::string& resource) {
    return R"({"resourceType":"Bundle","type":"searchset","link":[{"relation":"self","url":")" +
           self + R"("}],"entry":[{"resource":)" + resource + "}]}";
}

}  // namespace

TEST_CASE("client: a search whose patient filter was dropped is refused before it is read",
          "[fhir]") {
    const std::string self = "https://ehr.example/api/FHIR/R4/Observation?code=x";
    const std::string somebody = R"({"resourceType":"Observation","id":"somebody"})";
    const auto body =
        GENERATE_COPY(pageOf(self, somebody),
                      R"({"resourceType":"Bundle","type":"searchset","entry":[{"resource":)" +
                          somebody + R"(}],"link":[{"relation":"self","url":")" + self + R"("}]})");
    FakeTransport transport;
    transport.then(reply(200, body));
    const Client client(transport, optionsFor());

    const auto error = thrown([&] {
        client.search("Observation", {{"patient", "1"}, {"code", "x"}},
                      [](const auto&) { FAIL(); });
    });

    CHECK(error.kind() == ErrorKind::Refused);
    CHECK_THAT(error.what(), Contains("search Observation: the server did not filter by patient"));
}

TEST_CASE("client: a page that breaks off ends the search, whatever it gave before", "[fhir]") {
    const auto whole = pageOf("Patient?name=a", patient("a"));
    FakeTransport transport;
    transport.then(
        reply(200, whole.substr(0, whole.size() - 1), {{"Content-Type", "application/fhir+json"}}));
    const Client client(transport, optionsFor());

    const auto error = thrown([&] {
        client.search("Patient", {{"name", "a"}}, [](const auto&) {});
    });

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK_THAT(error.what(), Contains("search Patient: the server answered 200 with what is not "
                                      "valid JSON at byte"));
}

TEST_CASE("client: other filters that were dropped are told to who asked", "[fhir]") {
    FakeTransport transport;
    transport.then(
        reply(200, pageOf("Observation?patient=1", R"({"resourceType":"Observation","id":"a"})")));
    int given = 0;

    const auto outcome =
        Client(transport, optionsFor())
            .search("Observation", {{"patient", "1"}, {"code", "x"}, {"_count", "5"}},
                    [&](const auto&) { ++given; });

    CHECK(given == 1);
    CHECK(outcome.ignored == std::vector<std::string>{"code"});
}

TEST_CASE("client: where the self link says nothing, each match is checked for its patient",
          "[fhir]") {
    const auto about = [](const std::string& id, const std::string& whom) {
        return R"({"resourceType":"Observation","id":")" + id + R"(","subject":{"reference":")" +
               whom + "\"}}";
    };
    FakeTransport transport;
    transport.then(reply(
        200,
        pageOf("https://ehr.example/api/FHIR/R4/Observation",
               about("a", "Patient/1") + "},{\"resource\":" + about("b", "Patient/2") +
                   "},{\"resource\":" + about("c", "https://ehr.example/api/FHIR/R4/Patient/1"))));
    auto options = optionsFor();
    options.selfLinkNamesParameters = false;
    std::string given;

    const auto outcome = Client(transport, options)
                             .search("Observation", {{"patient", "1"}, {"code", "x"}},
                                     [&](const auto& entry) { given += entry.id; });

    CHECK(given == "ac");
    CHECK(outcome.ignored == std::vector<std::string>{"code"});
    REQUIRE(outcome.issues.size() == 1);
    CHECK(outcome.issues[0].text ==
          "search Observation: 1 of the results were not about the patients asked for; they were "
          "left out");
}

TEST_CASE("client: what is another server's by its fullUrl is left out with one line", "[fhir]") {
    const auto at = [](const std::string& base, const std::string& id) {
        return patient(id) + R"(,"fullUrl":")" + base + "/Patient/" + id + R"(")";
    };
    const std::string own = "https://ehr.example/api/FHIR/R4";
    FakeTransport transport;
    transport
        .then(reply(200, page("?page=2", {at("https://other.example/fhir/secret", "a"),
                                          at("HTTPS://EHR.example:443/api/FHIR/R4", "b"),
                                          at("https://other.example/fhir", "c"),
                                          at("http://internal:8080/fhir", "d")})))
        .then(reply(200, page("", {at(own + "/another-tenant", "e"), at(own, "f"), patient("g")})));
    auto options = optionsFor();
    options.aliases = {fhir::Url::parse("http://internal:8080/fhir")};
    Found found;

    const auto outcome = Client(transport, options).search("Patient", {}, std::ref(found));

    CHECK(found.ids == "b d f g ");
    REQUIRE(outcome.issues.size() == 1);
    CHECK(outcome.issues[0].path == "/entry/0/fullUrl");
    CHECK(outcome.issues[0].text ==
          "search Patient: 3 of the results are at https://other.example by their fullUrl, another "
          "server than this FHIR base; they were left out. If it is this EHR under another name, "
          "name its base under linkAliases");
}

TEST_CASE("client: pages at an alias are asked for at the base", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(200, page("http://internal:8080/fhir/Patient?page=2", {patient("a")})))
        .then(reply(200, page("", {patient("b")})));
    auto options = withToken();
    options.aliases = {fhir::Url::parse("http://internal:8080/fhir")};
    Found found;

    Client(transport, options).search("Patient", {}, std::ref(found));

    CHECK(found.ids == "a b ");
    CHECK(transport.requests[1].url.text() == "https://ehr.example/api/FHIR/R4/Patient?page=2");
    CHECK(transport.requests[1].headers.find("Authorization"));
}

}  // namespace client_search_test
