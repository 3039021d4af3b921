#include "fhir/client/client.h"

#include "fhir/r4/encounter.h"
#include "fhir/r4/patient.h"
#include "tests/support/fake_transport.h"
#include "tests/support/thrown.h"

using Catch::Matchers::Contains;
using fhir::Client;
using fhir::ClientOptions;
using fhir::Created;
using fhir::ErrorKind;
using fhir::Secret;
using fhir::Url;
using tests::FakeTransport;
using tests::reply;
using tests::thrown;

namespace {

ClientOptions optionsFor(const std::string& base = "https://ehr.example/api/FHIR/R4") {
    ClientOptions options;
    options.base = Url::parse(base);
    return options;
}

ClientOptions withToken(const std::string& base = "https://ehr.example/api/FHIR/R4") {
    auto options = optionsFor(base);
    options.authorization = [] { return Secret("Bearer made-up-token"); };
    return options;
}

std::string patient(const std::string& id) {
    return R"({"resourceType":"Patient","id":")" + id + "\"}";
}

/// A page of a search: its next link ("" for none) and its entries' resources.
std::string page(const std::string& next, const std::vector<std::string>& resources) {
    std::string text = R"({"resourceType":"Bundle","type":"searchset")";
    if (!next.empty()) text += R"(,"link":[{"relation":"next","url":")" + next + "\"}]";
    text += ",\"entry\":[";
    for (std::size_t i = 0; i < resources.size(); ++i)
        text += (i == 0 ? "" : ",") + std::string(R"({"resource":)") + resources[i] + "}";
    return text + "]}";
}

/// The ids of the patients that a search gave, in their order.
struct Found {
    std::string ids;
    void operator()(const fhir::BundleEntry& entry) {
        ids += fhir::Patient::fromJson(entry.resource).id + " ";
    }
};

}  // namespace

TEST_CASE("client: a read asks for FHIR JSON and gives the resource", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(200, patient("p-1")));
    const Client client(transport, withToken());

    const auto found = client.read<fhir::Patient>("p-1");

    CHECK(found.id == "p-1");
    const auto& request = transport.requests.at(0);
    CHECK(request.method == "GET");
    CHECK(request.url.text() == "https://ehr.example/api/FHIR/R4/Patient/p-1");
    CHECK(request.headers.find("Accept") == "application/fhir+json");
    CHECK(request.headers.find("Authorization") == "Bearer made-up-token");
    CHECK(request.body.empty());
}

TEST_CASE("client: a base may end in a slash, or be the root", "[fhir]") {
    const auto [base, expected] = GENERATE(table<std::string, std::string>({
        {"https://ehr.example/fhir/", "https://ehr.example/fhir/Patient/1"},
        {"https://ehr.example/fhir///", "https://ehr.example/fhir/Patient/1"},
        {"https://ehr.example", "https://ehr.example/Patient/1"},
        {"https://ehr.example:8443/a/b", "https://ehr.example:8443/a/b/Patient/1"},
    }));
    FakeTransport transport;
    transport.then(reply(200, patient("1")));

    Client(transport, withToken(base)).read("Patient", "1");

    CHECK(transport.requests.at(0).url.text() == expected);
    CHECK(transport.requests.at(0).headers.find("Authorization"));
}

TEST_CASE("client: an id that is none never goes into a URL", "[fhir]") {
    const std::string id = GENERATE("", "../Practitioner/1", "1?_format=xml", "a/b", "a b", "é");
    FakeTransport transport;
    const Client client(transport, optionsFor());

    CHECK(thrown([&] { client.read("Patient", id); }).kind() == ErrorKind::InvalidInput);
    CHECK(transport.requests.empty());
}

TEST_CASE("client: every request has its own deadline", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(200, patient("1"))).then(reply(200, patient("2")));
    auto options = optionsFor();
    options.timeout = std::chrono::seconds(3);
    const Client client(transport, options);
    const auto before = std::chrono::steady_clock::now();

    client.read("Patient", "1");
    client.read("Patient", "2");

    for (const auto deadline : transport.deadlines) {
        CHECK(deadline >= before + std::chrono::seconds(3));
        CHECK(deadline <= std::chrono::steady_clock::now() + std::chrono::seconds(3));
    }
    CHECK(transport.deadlines.at(1) >= transport.deadlines.at(0));
}

TEST_CASE("client: the site's headers go with every request, ours go before them", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(200, patient("1")));
    auto options = optionsFor();
    options.headers = {{"X-Site", "made-up"}, {"accept", "text/html"}};

    Client(transport, options).read("Patient", "1");

    CHECK(transport.requests.at(0).headers.find("X-Site") == "made-up");
    CHECK(transport.requests.at(0).headers.find("Accept") == "application/fhir+json");
}

TEST_CASE("client: a resource of the wrong shape is a bad reply that names its place", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(200, R"({"resourceType":"Encounter","id":"e"})"));
    const Client client(transport, optionsFor());

    const auto error = thrown([&] { client.read<fhir::Encounter>("e"); });

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK(error.path() == "/status");
    CHECK(std::string(error.what()) == "read Encounter: /status is missing");
}

TEST_CASE("client: what fails on the way says which step it was", "[fhir]") {
    FakeTransport transport;
    transport.then(fhir::Error(ErrorKind::Unavailable, "nothing listens there"))
        .then(fhir::Error(ErrorKind::Unavailable, "nothing listens there"))
        .then(fhir::Error(ErrorKind::Unavailable, "nothing listens there"));
    const Client client(transport, optionsFor());

    const auto read = thrown([&] { client.read("Patient", "1"); });
    const auto search = thrown([&] { client.search("Encounter", {}, [](const auto&) {}); });
    const auto create = thrown([&] { client.create("Observation", "{}"); });

    CHECK(read.kind() == ErrorKind::Unavailable);
    CHECK(std::string(read.what()) == "read Patient: nothing listens there");
    CHECK(std::string(search.what()) == "search Encounter: nothing listens there");
    CHECK(std::string(create.what()) == "create Observation: nothing listens there");
}

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
        transport.then(reply(200, page("?page=" + std::to_string(i), {patient("a")})));
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
        CHECK(found.ids == "a a a a ");
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

TEST_CASE("client: what the server remarks becomes an issue, in codes", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(200, R"({"resourceType":"Bundle","type":"searchset","entry":[
        {"resource":{"resourceType":"Patient","id":"a"},"search":{"mode":"match"}},
        {"resource":{"resourceType":"OperationOutcome","issue":[{"severity":"warning",
            "code":"suppressed","diagnostics":"hidden for Ama Test"}]},
         "search":{"mode":"outcome"}},
        {"resource":{"resourceType":"Location","id":"x"},"search":{"mode":"include"}}]})"));
    std::string seen;

    const auto outcome =
        Client(transport, optionsFor()).search("Patient", {}, [&](const fhir::BundleEntry& entry) {
            seen += entry.mode + ":" + entry.id + " ";
        });

    CHECK(seen == "match:a include:x ");
    REQUIRE(outcome.issues.size() == 1);
    CHECK(outcome.issues[0].text == "the server remarked: warning suppressed");
}

TEST_CASE("client: one entry that cannot be read is an issue and the rest is given", "[fhir]") {
    const auto [bad, path, text] = GENERATE(table<std::string, std::string, std::string>({
        {R"({"resourceType":"Patient","id":"b","name":"Ama Test"})", "/entry/1/resource/name",
         "page 1, entry 1 cannot be read: /entry/1/resource/name must be a list, not text"},
        {R"("Ama Test")", "/entry/1/resource",
         "page 1, entry 1 cannot be read: /entry/1/resource must be an object, not text"},
        {R"({"resourceType":"Patient","id":"b"},"fullUrl":7)", "/entry/1/fullUrl",
         "page 1 cannot be read at /entry/1/fullUrl: must be text, not a number"},
    }));
    FakeTransport transport;
    transport.then(reply(200, page("?page=2", {patient("a"), bad, patient("c")})))
        .then(reply(200, page("", {patient("d")})));
    Found found;

    const auto outcome = Client(transport, optionsFor()).search("Patient", {}, std::ref(found));

    CHECK(found.ids == "a c d ");
    REQUIRE(outcome.issues.size() == 1);
    CHECK(outcome.issues[0].path == path);
    CHECK(outcome.issues[0].text == text);
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

TEST_CASE("client: a create posts the resource and learns where it is", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(201, "", {{"Location", "Observation/9"}}));
    const Client client(transport, withToken());

    const auto created = client.create("Observation", R"({"resourceType":"Observation"})");

    CHECK(created.how == Created::How::Created);
    CHECK(created.location == "Observation/9");
    const auto& request = transport.requests.at(0);
    CHECK(request.method == "POST");
    CHECK(request.url.text() == "https://ehr.example/api/FHIR/R4/Observation");
    CHECK(request.body == R"({"resourceType":"Observation"})");
    CHECK(request.headers.find("Content-Type") == "application/fhir+json");
    CHECK(request.headers.find("Prefer") == "return=minimal");
    CHECK(request.headers.find("Authorization") == "Bearer made-up-token");
    CHECK_FALSE(request.headers.find("If-None-Exist"));
}

TEST_CASE("client: a conditional create tells there already from new", "[fhir]") {
    const auto [status, how] = GENERATE(table<int, Created::How>(
        {{201, Created::How::Created}, {200, Created::How::AlreadyThere}}));
    FakeTransport transport;
    transport.then(reply(status, "", {{"Location", "Observation/9/_history/2"}}));
    const Client client(transport, optionsFor());

    const auto created =
        client.create("Observation", "{}", {.ifNoneExist = "identifier=urn%3Ax%7C1"});

    CHECK(created.how == how);
    CHECK(created.location == "Observation/9");
    CHECK(transport.requests.at(0).headers.find("If-None-Exist") == "identifier=urn%3Ax%7C1");
}

TEST_CASE("client: 200 to a plain create is a new resource", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(200, "", {{"Location", "Observation/9"}}));

    CHECK(Client(transport, optionsFor()).create("Observation", "{}").how == Created::How::Created);
}

TEST_CASE("client: a created resource is found by header or body, and need not be", "[fhir]") {
    struct Case {
        fhir::Headers headers;
        std::string body;
        std::string location;
    };
    const auto wanted = GENERATE(values<Case>({
        {{{"Location", "https://ehr.example/api/FHIR/R4/Observation/9"}}, "", "Observation/9"},
        {{{"Location", "https://ehr.example/fhir/Observation/9/_history/1"}}, "", "Observation/9"},
        {{{"location", "/api/FHIR/R4/Observation/9/_history/1"}}, "", "Observation/9"},
        {{{"Location", "Observation/9"}}, "", "Observation/9"},
        {{{"Location", "Observation/9?_format=json#x"}}, "", "Observation/9"},
        {{{"Content-Location", "Observation/9/_history/1"}}, "", "Observation/9"},
        {{{"Location", "https://ehr.example/api/FHIR/R4/Patient/9"}}, "", ""},
        {{{"Location", "https://ehr.example/"}}, "", ""},
        {{{"Location", ""}}, R"({"resourceType":"Observation","id":"7"})", "Observation/7"},
        {{{"Location", "Observation/9"}},
         R"({"resourceType":"Observation","id":"7"})",
         "Observation/9"},
        {{}, R"({"id":"7","resourceType":"Observation"})", "Observation/7"},
        {{}, R"({"resourceType":"Patient","id":"7"})", ""},
        {{}, R"({"resourceType":"Observation","id":"two words"})", ""},
        {{}, R"({"resourceType":"Observation","id":7})", ""},
        {{}, R"({"resourceType":"OperationOutcome","issue":[]})", ""},
        {{}, "", ""},
        {{}, "\"\"", ""},
        {{}, "[]", ""},
        {{}, "{\"resourceType\":\"Observ", ""},
        {{{"Content-Type", "text/html"}}, "<html>Created</html>", ""},
        {{{"Content-Type", "text/html"}, {"Location", "Observation/9"}},
         "<html>x</html>",
         "Observation/9"},
    }));
    FakeTransport transport;
    transport.then(reply(201, wanted.body, wanted.headers));

    const auto created = Client(transport, optionsFor()).create("Observation", "{}");

    CHECK(created.how == Created::How::Created);
    CHECK(created.location == wanted.location);
}

TEST_CASE("client: a create that was not done is an error by its status", "[fhir]") {
    const auto [status, kind] = GENERATE(table<int, ErrorKind>({
        {202, ErrorKind::BadReply},
        {302, ErrorKind::BadReply},
        {400, ErrorKind::Refused},
        {401, ErrorKind::Unauthorized},
        {403, ErrorKind::Forbidden},
        {404, ErrorKind::NotFound},
        {405, ErrorKind::Refused},
        {409, ErrorKind::Conflict},
        {412, ErrorKind::Conflict},
        {413, ErrorKind::Refused},
        {415, ErrorKind::Refused},
        {422, ErrorKind::Refused},
        {429, ErrorKind::Unavailable},
        {500, ErrorKind::Unavailable},
        {501, ErrorKind::Refused},
    }));
    FakeTransport transport;
    transport.then(reply(status, R"({"resourceType":"OperationOutcome","issue":[
        {"severity":"error","code":"processing","diagnostics":"Ama Test said: home"}]})"));
    const Client client(transport, optionsFor());

    const auto error = thrown([&] {
        client.create("Observation", R"({"resourceType":"Observation","valueString":"home"})");
    });

    CHECK(error.kind() == kind);
    CHECK(error.status() == status);
    CHECK_THAT(error.what(),
               Contains("create Observation: the server answered " + std::to_string(status)) &&
                   !Contains("Ama") && !Contains("home"));
    CHECK(transport.requests.size() == 1);
}

TEST_CASE("client: a redirect is not followed", "[fhir]") {
    const int status = GENERATE(301, 302, 303, 307, 308);
    FakeTransport transport;
    transport.then(reply(status, "", {{"Location", "https://ehr.example/elsewhere?token=x"}}));
    const Client client(transport, withToken());

    const auto error = thrown([&] { client.read("Patient", "1"); });

    CHECK(transport.requests.size() == 1);
    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK_THAT(error.what(), Contains("redirect") && Contains("fhirBase") && !Contains("token"));
}

TEST_CASE("client: capabilities are read from metadata", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(200, R"({"resourceType":"CapabilityStatement","fhirVersion":"4.0.1"})"))
        .then(reply(200, R"({"resourceType":"CapabilityStatement","fhirVersion":4})"));
    const Client client(transport, optionsFor());

    CHECK(client.capabilities().fhirVersion == "4.0.1");
    CHECK(transport.requests.at(0).url.text() == "https://ehr.example/api/FHIR/R4/metadata");
    CHECK(std::string(thrown([&] { client.capabilities(); }).what()) ==
          "read CapabilityStatement: /fhirVersion must be text, not a number");
}

TEST_CASE("client: gone is not found", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(410));
    const Client client(transport, optionsFor());

    const auto error = thrown([&] { client.read("Patient", "1"); });

    CHECK(error.kind() == ErrorKind::NotFound);
    CHECK(error.status() == 410);
}
