#include "fhir/client/reply.h"

#include "tests/support/fake_transport.h"
#include "tests/support/thrown.h"

namespace reply_test {

using Catch::Matchers::Contains;
using fhir::ErrorKind;
using test::reply;
using test::thrown;

namespace {

std::string textOf(int status, const std::string& type, const std::string& body) {
    fhir::Headers headers;
    if (!type.empty()) headers.add("Content-Type", type);
    return fhir::errorFromReply("read Patient", reply(status, body, headers)).what();
}

std::optional<std::chrono::milliseconds> waitOf(fhir::Headers headers) {
    return fhir::errorFromReply("x", reply(429, "", std::move(headers))).retryAfter();
}

}  // namespace

TEST_CASE("reply: the kind of an error is told by its status", "[fhir]") {
    const auto [status, kind] = GENERATE(table<int, ErrorKind>({
        {202, ErrorKind::BadReply},     {204, ErrorKind::BadReply},
        {304, ErrorKind::BadReply},     {400, ErrorKind::Refused},
        {401, ErrorKind::Unauthorized}, {403, ErrorKind::Forbidden},
        {404, ErrorKind::NotFound},     {405, ErrorKind::Refused},
        {406, ErrorKind::Refused},      {408, ErrorKind::Unavailable},
        {409, ErrorKind::Conflict},     {410, ErrorKind::NotFound},
        {412, ErrorKind::Conflict},     {415, ErrorKind::Refused},
        {422, ErrorKind::Refused},      {425, ErrorKind::Unavailable},
        {429, ErrorKind::Unavailable},  {451, ErrorKind::Refused},
        {500, ErrorKind::Unavailable},  {501, ErrorKind::Refused},
        {502, ErrorKind::Unavailable},  {503, ErrorKind::Unavailable},
        {504, ErrorKind::Unavailable},  {599, ErrorKind::Unavailable},
    }));

    const auto error = fhir::errorFromReply("read Patient", reply(status));

    CHECK(error.kind() == kind);
    CHECK(error.status() == status);
}

TEST_CASE("reply: every shape of an error body is named, none is repeated", "[fhir]") {
    const auto [type, body, expected] = GENERATE(table<std::string, std::string, std::string>({
        {"application/fhir+json",
         R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"invalid",
             "diagnostics":"Ama Test","expression":["Patient.name"]}]})",
         " (error invalid (Patient.name))"},
        {"", R"({"issue":[{"severity":"error","code":"invalid"}],
                 "resourceType":"OperationOutcome"})",
         " (error invalid)"},
        {"application/fhir+json", R"({"resourceType":"OperationOutcome"})", ""},
        {"application/fhir+json", R"({"resourceType":"OperationOutcome","issue":"Ama Test"})",
         " (an OperationOutcome that cannot be read)"},
        {"application/json",
         R"({"resource":"v1/resource/error/_version/1/","detail":"no scope for Ama Test"})",
         " (JSON that is no OperationOutcome)"},
        {"application/json", R"({"details":"Ama Test"})", " (JSON that is no OperationOutcome)"},
        {"application/json", R"({"detailedmessage":"Ama","error":"Test"})",
         " (JSON that is no OperationOutcome)"},
        {"text/html; charset=utf-8", "<p>Ama Test</p>", " (an HTML page)"},
        {"", "  \r\n<!DOCTYPE html><p>Ama Test</p>", " (an HTML page)"},
        {"", "<!doctype HTML><p>Ama Test</p>", " (an HTML page)"},
        {"", "<HTML>Ama Test</HTML>", " (an HTML page)"},
        {"text/plain", "Ama Test", " (plain text)"},
        {"", "Ama Test", " (something that is no JSON)"},
        {"application/json", "{\"detail\":\"Ama Test", " (JSON that is broken)"},
        {"application/json", "\"\"", ""},
        {"application/json", "\"Ama Test\"", ""},
        {"application/json", "[\"Ama Test\"]", ""},
        {"", "", " (an empty body)"},
        {"application/json", "", " (an empty body)"},
        {"application/fhir+xml", "<OperationOutcome><text>Ama Test</text></OperationOutcome>",
         " (XML)"},
        {"", "<?xml version=\"1.0\"?><x>Ama Test</x>", " (XML)"},
        {"application/octet-stream", "\x01\x02\xFF", " (something that is no JSON)"},
    }));

    const auto text = textOf(422, type, body);

    CHECK(text == "read Patient: the server answered 422" + expected);
    CHECK_THAT(text, !Contains("Ama") && !Contains("Test"));
}

TEST_CASE("reply: a very long error body is not read", "[fhir]") {
    const auto body = "{\"detail\":\"" + std::string(300'000, 'x') + "\"}";

    CHECK(textOf(500, "application/json", body) ==
          "read Patient: the server answered 500 (a very long answer)");
}

TEST_CASE("reply: an error says what to do where there is something to do", "[fhir]") {
    const auto [status, advice] = GENERATE(table<int, std::string>({
        {401, "check the credentials of this connection"},
        {403, "ask the server's administrator for this permission"},
        {404, "check the address and the id"},
        {405, "the server does not offer this interaction"},
        {429, "the server is throttling; it is tried again later"},
        {501, "the server does not offer this interaction"},
    }));

    CHECK(textOf(status, "", "") == "read Patient: the server answered " + std::to_string(status) +
                                        " (an empty body); " + advice);
}

TEST_CASE("reply: Retry-After is seconds or a date, at most a day", "[fhir]") {
    using std::chrono::seconds;
    const std::string now = "Sat, 07 Mar 2026 08:15:00 GMT";

    CHECK(waitOf({{"Retry-After", "120"}}) == seconds(120));
    CHECK(waitOf({{"retry-after", "0"}}) == seconds(0));
    CHECK(waitOf({{"Retry-After", "999999"}}) == seconds(86'400));
    CHECK(waitOf({{"Retry-After", "99999999999999999999999"}}) == seconds(86'400));
    CHECK(waitOf({{"Date", now}, {"Retry-After", "Sat, 07 Mar 2026 08:17:30 GMT"}}) ==
          seconds(150));
    CHECK(waitOf({{"Date", now}, {"Retry-After", "Sat, 07 Mar 2026 08:14:00 GMT"}}) == seconds(0));
    CHECK(waitOf({{"Date", now}, {"Retry-After", "Sun, 07 Mar 2027 08:15:00 GMT"}}) ==
          seconds(86'400));
}

TEST_CASE("reply: a Retry-After that cannot be read is none", "[fhir]") {
    const std::string now = "Sat, 07 Mar 2026 08:15:00 GMT";
    CHECK_FALSE(waitOf({}));
    const std::string broken = GENERATE("", "-1", "1.5", "soon", "12 s", "2026-03-07T08:15:00Z",
                                        "Sat, 32 Mar 2026 08:15:00 GMT");
    CHECK_FALSE(waitOf({{"Date", now}, {"Retry-After", broken}}));
    CHECK_FALSE(waitOf({{"Retry-After", "Sat, 07 Mar 2026 08:17:30 GMT"}}));
}

TEST_CASE("reply: a success that is no JSON says what came instead", "[fhir]") {
    const auto [type, body, expected] = GENERATE(table<std::string, std::string, std::string>({
        {"text/html", "<html>Sign in, Ama Test</html>",
         "an HTML page where FHIR JSON was expected"},
        {"application/fhir+xml", "<Patient/>", "XML where FHIR JSON was expected"},
        {"text/plain", "Ama Test", "plain text where FHIR JSON was expected"},
        {"application/json", "", "an empty body where FHIR JSON was expected"},
        {"application/fhir+json", "{\"name\":\"Ama Test\",",
         "what is not valid JSON at line 1, column 20: Missing a name for object member."},
    }));
    auto response = reply(200, body, {{"Content-Type", type}});

    const auto error = thrown([&] { fhir::jsonFromReply("read Patient", std::move(response)); });

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK(error.status() == 200);
    CHECK(std::string(error.what()) == "read Patient: the server answered 200 with " + expected);
}

TEST_CASE("reply: JSON is read whatever the server calls it", "[fhir]") {
    const std::string type = GENERATE("application/fhir+json", "application/json+fhir",
                                      "application/json", "text/html", "text/plain", "");

    CHECK(fhir::jsonFromReply("x", reply(200, "{\"id\":\"1\"}", {{"Content-Type", type}}))
              .root()
              .findString("id") == "1");
}

TEST_CASE("reply: a location names a resource of the type or nothing", "[fhir]") {
    CHECK(fhir::resourceFromLocation("https://e.example/fhir/Flag/1/_history/2", "Flag") ==
          "Flag/1");
    CHECK(fhir::resourceFromLocation("Flag/1", "Flag") == "Flag/1");
    CHECK(fhir::resourceFromLocation("Flag/1/", "Flag") == "Flag/1");
    CHECK(fhir::resourceFromLocation("Flag/1", "Task").empty());
    CHECK(fhir::resourceFromLocation("", "Flag").empty());
    CHECK(fhir::resourceFromLocation("https://e.example", "Flag").empty());
    CHECK(fhir::resourceFromLocation("Flag/two%20words", "Flag").empty());
}

TEST_CASE("reply: an OperationOutcome in place of what was asked for is an error", "[fhir]") {
    const auto [severity, code, kind] = GENERATE(table<std::string, std::string, ErrorKind>({
        {"error", "not-found", ErrorKind::NotFound},
        {"error", "deleted", ErrorKind::NotFound},
        {"error", "login", ErrorKind::Unauthorized},
        {"error", "forbidden", ErrorKind::Forbidden},
        {"error", "duplicate", ErrorKind::Conflict},
        {"fatal", "throttled", ErrorKind::Unavailable},
        {"error", "transient", ErrorKind::Unavailable},
        {"error", "required", ErrorKind::Refused},
        {"error", "code-of-their-own", ErrorKind::Refused},
        {"warning", "not-found", ErrorKind::BadReply},
    }));
    const auto document = fhir::json::Document::parse(
        R"({"issue":[{"severity":")" + severity + R"(","code":")" + code +
        R"(","diagnostics":"Ms Made-up"}],"resourceType":"OperationOutcome"})");

    const auto error = thrown([&] { fhir::refuseOutcome("read Patient", document.root()); });

    CHECK(error.kind() == kind);
    CHECK_THAT(error.what(), Contains("read Patient: ") && !Contains("Made-up"));
}

TEST_CASE("reply: what is no OperationOutcome passes", "[fhir]") {
    const std::string body =
        GENERATE(R"({"resourceType":"Patient"})", R"({"resourceType":7})", "{}", "[]", "\"\"");

    CHECK_NOTHROW(fhir::refuseOutcome("read Patient", fhir::json::Document::parse(body).root()));
}

TEST_CASE("reply: a wait in milliseconds is the more exact one", "[fhir]") {
    const auto [value, expected] =
        GENERATE(table<std::string, std::optional<std::chrono::milliseconds>>({
            {"1250", std::chrono::milliseconds(1250)},
            {"0", std::chrono::milliseconds(0)},
            {"99999999999999", std::chrono::hours(24)},
            {"-1", std::chrono::seconds(7)},
            {"soon", std::chrono::seconds(7)},
            {"", std::chrono::seconds(7)},
        }));

    CHECK(fhir::retryAfter({429, {{"x-ms-retry-after-ms", value}, {"Retry-After", "7"}}, {}}) ==
          expected);
}

}  // namespace reply_test
