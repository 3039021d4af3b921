// The real service as a browser sees it: links, sessions, contexts, the ward and the patient.
#include "tests/service/launch_fixture.h"
#include "tests/support/gzip.h"

namespace pages_test {

using test::at;
using test::has;
using test::ServiceFixture;
using test::sizeAt;

namespace {

/// Every error that a browser may see has this form and names the request.
void checkProblem(const test::Response& response, int status) {
    CHECK(response.status == status);
    CHECK(response.headers.find("Content-Type").value_or("") == "application/problem+json");
    CHECK(at(response.body, "/status") == std::to_string(status));
    CHECK(at(response.body, "/requestId") ==
          response.headers.find("X-Request-Id").value_or("none"));
}

}  // namespace

TEST_CASE("pages: a link opens one page, once", "[service]") {
    ServiceFixture running;
    const auto link = running.link("patient-1");

    const auto first = running.get(link);
    const auto second = running.get(link);

    CHECK(first.status == 303);
    CHECK(first.headers.find("Location").value_or("").starts_with("/app/patient#c="));
    CHECK(first.headers.find("Referrer-Policy") == "no-referrer");
    const auto cookie = first.headers.find("Set-Cookie").value_or("");
    CHECK(has(cookie, "; Path=/; HttpOnly; SameSite=Lax"));
    CHECK_FALSE(has(cookie, "Secure"));  // a browser would drop it over plain HTTP
    checkProblem(second, 401);
    CHECK_FALSE(second.headers.find("Set-Cookie"));
    checkProblem(running.get("/development/open?link=made-up"), 401);
    checkProblem(running.get("/development/open"), 401);
}

TEST_CASE("pages: a link is to what there is", "[service]") {
    ServiceFixture running;

    checkProblem(running.post("/development/links", R"({"view":"ward","unit":"ward-8"})"), 404);
    checkProblem(running.post("/development/links", R"({"view":"team"})"), 400);
    checkProblem(running.post("/development/links", R"({"view":"patient"})"), 400);
    checkProblem(running.post("/development/links", R"({"view":"patient","patient":"../x"})"), 400);
}

TEST_CASE("pages: without development there are no links", "[service]") {
    ServiceFixture running({.development = false});

    checkProblem(running.get("/development/start"), 403);
    checkProblem(running.post("/development/links", R"({"view":"ward","unit":"ward-7"})"), 403);
    checkProblem(running.get("/development/open?link=x"), 403);
}

TEST_CASE("pages: a page is read with its cookie and its context, not with one alone",
          "[service]") {
    ServiceFixture running;
    const auto page = running.open("patient-1");
    const auto stranger = running.open("patient-2");

    CHECK(running.get(page, "/api/context").status == 200);
    checkProblem(running.get("/api/context"), 401);
    checkProblem(running.get("/api/context", {{"Cookie", page.cookie}}), 401);
    checkProblem(running.get("/api/context", {{"X-WhatMatters-Context", page.context}}), 401);
    checkProblem(running.get(test::Page{stranger.cookie, page.context}, "/api/context"), 401);
    checkProblem(
        running.post("/api/patient/statements", test::form("x"), {{"Cookie", page.cookie}}), 401);
}

TEST_CASE("pages: two tabs of one browser are about two patients", "[service]") {
    ServiceFixture running;
    const auto one = running.open("patient-1");
    const auto opened = running.get(running.link("patient-2"), {{"Cookie", one.cookie}});
    const auto location = opened.headers.find("Location").value_or("");
    const test::Page two{one.cookie, location.substr(location.find("#c=") + 3)};

    const auto nameOf = [&](const test::Page& page) {
        return at(running.get(page, "/api/patient").body, "/patient/name");
    };

    CHECK(opened.headers.find("Set-Cookie").value_or("").starts_with(one.cookie + ";"));
    CHECK(at(running.get(two, "/api/context").body, "/patient/id") == "patient-2");
    CHECK(nameOf(one) != "");
    CHECK(nameOf(one) != nameOf(two));
}

TEST_CASE("pages: the ward is listed, and a row leads to its patient", "[service]") {
    ServiceFixture running({.patients = 24});
    running.readWard();
    const auto ward = running.openWard();

    const auto list = running.get(ward, "/api/ward");

    REQUIRE(list.status == 200);
    CHECK(at(list.body, "/unit/name") == "Ward 7");
    CHECK(at(list.body, "/stale") == "false");
    REQUIRE(sizeAt(list.body, "/rows") == 24);
    CHECK(has(list.body, "Jeg vil hjem til hunden min"));
    const auto key = at(list.body, "/rows/0/key");
    const auto opened = running.post(ward, "/api/contexts", R"({"key":")" + key + "\"}");
    REQUIRE(opened.status == 201);
    const test::Page page{ward.cookie, at(opened.body, "/context")};
    const auto patient = running.get(page, "/api/patient");
    CHECK(patient.status == 200);
    CHECK(at(patient.body, "/patient/name") == at(list.body, "/rows/0/name"));
    CHECK(sizeAt(patient.body, "/aspects") == 6);
    checkProblem(running.post(ward, "/api/contexts", R"({"key":"stay-9999"})"), 404);
    checkProblem(running.post(ward, "/api/contexts", R"({"key":7})"), 400);
}

TEST_CASE("pages: a page does what it was opened for, and nothing else", "[service]") {
    ServiceFixture running;
    running.readWard();
    const auto ward = running.openWard();
    const auto patient = running.open("patient-1");

    checkProblem(running.get(ward, "/api/patient"), 403);
    checkProblem(running.post(ward, "/api/patient/statements", test::form("x")), 403);
    checkProblem(running.get(patient, "/api/ward"), 403);
    checkProblem(running.post(patient, "/api/contexts", R"({"key":"stay-2"})"), 403);
}

TEST_CASE("pages: a statement of another patient is not there", "[service]") {
    ServiceFixture running;
    const auto one = running.open("patient-1");
    const auto two = running.open("patient-2");
    const auto address = std::string("/api/patient/statements/") + test::kUuid;
    REQUIRE(running.post(one, "/api/patient/statements", test::form("x")).status == 201);

    CHECK(running.get(one, address).status == 200);
    checkProblem(running.get(two, address), 404);
    checkProblem(running.get(one, "/api/patient/statements/not-a-uuid"), 404);
}

TEST_CASE("pages: a patient that the EHR does not have is said so", "[service]") {
    ServiceFixture running;

    checkProblem(running.get(running.open("patient-77"), "/api/patient"), 404);
}

TEST_CASE("pages: while the EHR is down the page shows what was known", "[service]") {
    ServiceFixture running;
    running.readWard();
    const auto page = running.open("patient-1");
    const auto before = running.get(page, "/api/patient");
    running.ehr.fail(test::always(test::answer(503, "")));

    const auto after = running.get(page, "/api/patient");

    REQUIRE(after.status == 200);
    CHECK(at(after.body, "/notice") != "");
    CHECK(at(after.body, "/readAt") == "");
    CHECK(at(after.body, "/patient/name") == at(before.body, "/patient/name"));
    CHECK(has(after.body, "Jeg vil hjem til hunden min"));
    CHECK(at(running.get(running.openWard(), "/api/ward").body, "/rows/0/name") != "");
}

TEST_CASE("pages: what the EHR refuses to the user is not shown from what we hold",
          "[service][launch]") {
    test::LaunchFixture entry;
    auto& running = entry.running;
    running.readWard();
    const auto page = entry.launch();
    REQUIRE(running.post(page, "/api/patient/statements", test::form("By the window.")).status ==
            201);
    const auto* what = GENERATE("GET /fhir/Patient/", "GET /fhir/Observation");
    const auto [status, answered, type, words] =
        GENERATE(table<int, int, std::string, std::string>({
            {401, 401, "unauthorized", "Open What Matters again from the chart"},
            {403, 403, "forbidden", "The EHR does not allow you to see this patient"},
            {404, 404, "not-found", "does not show you them"},
            {410, 404, "not-found", "does not show you them"},
        }));

    running.ehr.fail(test::answering(what, status));
    const auto refused = running.get(page, "/api/patient");
    running.ehr.fail(test::always(test::answer(503, "")));
    const auto down = running.get(page, "/api/patient");

    INFO(what << " " << refused.body);
    CHECK(refused.status == answered);
    CHECK(refused.headers.find("Content-Type") == "application/problem+json");
    CHECK(at(refused.body, "/type") == "urn:whatmatters:problem:" + type);
    CHECK(has(at(refused.body, "/detail"), words));
    CHECK_FALSE(has(refused.body, "credentials"));
    CHECK_FALSE(has(refused.body, "Jeg vil hjem"));
    CHECK_FALSE(has(refused.body, "By the window"));
    CHECK_FALSE(has(refused.body, "patient-1"));
    CHECK(down.status == 200);
    CHECK(has(down.body, "Jeg vil hjem"));
}

TEST_CASE("pages: a patient whom nobody has read yet needs the EHR", "[service]") {
    ServiceFixture running;
    running.ehr.fail(test::always(test::answer(503, "")));

    checkProblem(running.get(running.open("patient-77"), "/api/patient"), 503);
}

TEST_CASE("pages: signing out ends the browser's pages, and needs a page to ask for it",
          "[service]") {
    ServiceFixture running;
    const auto page = running.open("patient-1");

    checkProblem(running.post("/api/sign-out", "", {{"Cookie", page.cookie}}), 401);
    REQUIRE(running.get(page, "/api/context").status == 200);
    const auto out = running.post(page, "/api/sign-out", "");

    CHECK(out.status == 204);
    CHECK(has(out.headers.find("Set-Cookie").value_or(""), "Max-Age=0"));
    checkProblem(running.get(page, "/api/context"), 401);
}

TEST_CASE("pages: a restart of the service ends nobody's work", "[service]") {
    ServiceFixture running;
    const auto page = running.open("patient-1");

    running.restart();

    CHECK(at(running.get(page, "/api/context").body, "/patient/id") == "patient-1");
}

TEST_CASE("pages: the EHR that launched a page may frame it, and no other", "[service]") {
    ServiceFixture running({.connection = R"(, "launch": {"clientId": "whatmatters",
        "frameAncestors": ["https://ehr.example", "https://ehr.example:8443"]})"});
    const auto page = running.open("patient-1");
    const auto policyOf = [&](const std::string& path, const fhir::Headers& headers) {
        const auto policy = running.get(path, headers).headers.find("Content-Security-Policy");
        return policy.value_or("").substr(policy->find("frame-ancestors"));
    };

    CHECK(policyOf("/app/patient", page.headers()) ==
          "frame-ancestors 'self' https://ehr.example https://ehr.example:8443");
    CHECK(policyOf("/app/patient", {}) == "frame-ancestors 'self'");
    // A page without data may be seen wherever an EHR of ours shows it.
    CHECK(policyOf("/app/missing", {}) ==
          "frame-ancestors 'self' https://ehr.example https://ehr.example:8443");
}

TEST_CASE("pages: the pages themselves carry no inline code and are framed by ourselves alone",
          "[service]") {
    ServiceFixture running;

    const auto page = running.get("/app/patient");

    CHECK(page.status == 200);
    const auto policy = page.headers.find("Content-Security-Policy").value_or("");
    CHECK(has(policy, "default-src 'none'"));
    CHECK(has(policy, "frame-ancestors 'self'"));
    CHECK_FALSE(has(policy, "unsafe"));
    CHECK_FALSE(has(page.body, "<script>"));
    CHECK(running.get("/app/ward/ward-7").status == 200);
    checkProblem(running.get("/app/assets/nothing.js"), 404);
    const auto missing = running.get("/app/old/address");
    CHECK(missing.status == 404);
    CHECK(has(missing.body, "There is no such page"));
    CHECK(missing.headers.find("Content-Security-Policy") == policy);  // no EHR frames this site
    CHECK(running.raw("GET /app/assets/../patient.html HTTP/1.0\r\n\r\n")
              .starts_with("HTTP/1.1 404"));
}

TEST_CASE("pages: a browser gets the smallest form that it takes", "[service]") {
    ServiceFixture running;
    const auto asset = [&] {
        const auto html = running.get("/app/patient").body;
        const auto end = html.find(".js\"") + 3;
        const auto at = html.rfind("/app/assets/", end);
        return html.substr(at, end - at);
    }();
    const auto ask = [&](const std::string& path, const std::string& coding) {
        auto answer = running.raw("GET " + path +
                                  " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                                  "Accept-Encoding: " +
                                  coding + "\r\n\r\n");
        CHECK(answer.starts_with("HTTP/1.1 200 "));
        CHECK(has(answer, "\r\nVary: Accept-Encoding\r\n"));
        CHECK(has(answer, "\r\nContent-Encoding: " + coding + "\r\n") == (coding != "identity"));
        return answer.substr(answer.find("\r\n\r\n") + 4);
    };
    for (const auto& path : {asset, std::string("/app/patient")}) {
        CAPTURE(path);
        const auto plain = ask(path, "identity"), gzip = ask(path, "gzip"),
                   brotli = ask(path, "br");
        CHECK(test::gunzip(gzip) == plain);
        CHECK(gzip.size() < plain.size());
        CHECK(brotli.size() < gzip.size());
    }
}

TEST_CASE("pages: what a page reads is compressed, and no secret", "[service]") {
    ServiceFixture running;
    running.readWard();
    const auto ward = running.openWard();
    const auto ask = [&](const std::string& line, const std::string& body) {
        return running.raw(line + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nCookie: " +
                           ward.cookie + "\r\nX-WhatMatters-Context: " + ward.context +
                           "\r\nAccept-Encoding: gzip\r\nContent-Type: application/json\r\n"
                           "Content-Length: " +
                           std::to_string(body.size()) + "\r\n\r\n" + body);
    };
    const auto list = ask("GET /api/ward", "");
    CHECK(has(list, "\r\nContent-Encoding: gzip\r\n"));
    const auto json = test::gunzip(list.substr(list.find("\r\n\r\n") + 4));
    CHECK(json == running.get(ward, "/api/ward").body);
    const auto opened = ask("POST /api/contexts", R"({"key":")" + at(json, "/rows/0/key") + "\"" +
                                                      "," + std::string(3000, ' ') + R"("x":1})");
    CHECK(opened.starts_with("HTTP/1.1 201 "));
    CHECK_FALSE(has(opened, "Content-Encoding"));
    CHECK(has(ask("GET /cds-services", ""), "\r\nContent-Encoding: gzip\r\n"));
}

TEST_CASE("server: what nobody can mean is answered with what is wrong", "[service]") {
    ServiceFixture running;

    checkProblem(running.get("/nothing/here"), 404);
    const auto wrongMethod = running.get("/api/patient/statements");
    checkProblem(wrongMethod, 405);
    CHECK(wrongMethod.headers.find("Allow") == "POST");
    CHECK(running.get("/health/live").status == 200);
    CHECK(at(running.operations("/health/ready").body, "/outboxWaiting") == "0");
}

TEST_CASE("server: a body that is too large is refused before it is read", "[service]") {
    ServiceFixture running;

    // The service reads in blocks of 16 KiB: what it leaves unread would reset the connection.
    const auto told = running.raw(
        "POST /api/patient/statements HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: "
        "8388609\r\n\r\n");
    const auto chunked = running.raw(
        "POST /api/patient/statements HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: "
        "chunked\r\n\r\n"
        "804000\r\n" +
        std::string(0x804000, ' '));

    CHECK(told.starts_with("HTTP/1.1 413 "));
    CHECK(has(told, "8388608 bytes"));
    CHECK(chunked.starts_with("HTTP/1.1 413 "));
}

TEST_CASE("server: half a request changes nothing", "[service]") {
    ServiceFixture running;
    const auto page = running.open("patient-1");

    const auto answer = running.raw(
        "POST /api/patient/statements HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: " + page.cookie +
            "\r\nX-WhatMatters-Context: " + page.context + "\r\nContent-Length: 500\r\n\r\n" +
            test::form("x"),
        true);

    CHECK_FALSE(has(answer, " 201 "));
    CHECK(running.get(page, std::string("/api/patient/statements/") + test::kUuid).status == 404);
    CHECK(running.get("/health/live").status == 200);
}

}  // namespace pages_test
