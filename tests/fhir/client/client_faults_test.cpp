// The client against servers that go wrong in every way that we know, over real sockets.
#include <sys/resource.h>

#include <algorithm>
#include <atomic>

#include "fhir/base/concurrency/parallel.h"
#include "fhir/client/bulk_export.h"
#include "fhir/client/client.h"
#include "tests/fhir/client/client_fixture.h"
#include "tests/support/gzip.h"
#include "tests/support/raw_server.h"
#include "tests/support/thrown.h"

namespace client_faults_test {

using Catch::Matchers::Contains;
using fhir::Client;
using fhir::ErrorKind;
using namespace test;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kBytesMax = 8 * 1024 * 1024;

std::size_t peakKiB() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::size_t>(usage.ru_maxrss);
}

/// A server that does this to every request.
RawServer::Script toEach(std::function<void(Connection&)> act) {
    return [act](Connection& connection, std::size_t) {
        while (!connection.readRequest().empty()) act(connection);
    };
}

/// A client of that server with small limits, and how much memory it needed at most.
struct Fixture {
    explicit Fixture(RawServer::Script script) : server(std::move(script)) {
        fhir::http::TransportOptions limits;
        limits.bodyBytesMax = kBytesMax;
        transport = fhir::http::makeTransport(limits);
        options = withToken(server.url() + "/fhir");
        options.timeout = 30s;
        options.pagesMax = 20;
    }

    fhir::Error readFailure() {
        return thrown([&] { Client(*transport, options).read("Patient", "1"); });
    }
    fhir::Error searchFailure() {
        return thrown([&] { Client(*transport, options).search("Patient", {}, [](auto&) {}); });
    }
    std::size_t grownKiB() const { return peakKiB() - before; }

    std::size_t before = peakKiB();
    RawServer server;
    std::unique_ptr<fhir::http::Transport> transport;
    fhir::ClientOptions options;
};

}  // namespace

TEST_CASE("client: each shape of an error comes over the wire as one Error", "[fhir]") {
    struct Row {
        int status;
        std::string type, body;
        ErrorKind kind;
        std::string text;
    };
    const std::vector<Row> rows = {
        {400, "application/fhir+json",
         R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"invalid",)"
         R"("diagnostics":"Ms Made-up"}]})",
         ErrorKind::Refused, "(error invalid)"},
        {200, "application/fhir+json",
         R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"not-found",)"
         R"("diagnostics":"Ms Made-up"}]})",
         ErrorKind::NotFound, "(error not-found)"},
        {403, "application/json", R"({"resource":"v1/Patient","detail":"Ms Made-up"})",
         ErrorKind::Forbidden, "no OperationOutcome"},
        {401, "application/json", R"({"details":"Ms Made-up"})", ErrorKind::Unauthorized,
         "no OperationOutcome"},
        {404, "text/html", "<html><h1>Ms Made-up</h1></html>", ErrorKind::NotFound, "HTML"},
        {500, "text/plain", "Ms Made-up", ErrorKind::Unavailable, "plain text"},
        {409, "application/json", "\"\"", ErrorKind::Conflict, "409"},
        {503, "", "", ErrorKind::Unavailable, "503"},
        {422, "application/fhir+xml", "<OperationOutcome>Ms Made-up</OperationOutcome>",
         ErrorKind::Refused, "XML"},
        {200, "application/fhir+xml", "<Patient>Ms Made-up</Patient>", ErrorKind::BadReply, "XML"},
        {200, "text/html", "<!doctype html>Ms Made-up", ErrorKind::BadReply, "HTML"},
        {200, "application/fhir+json", "", ErrorKind::BadReply, "an empty body"},
        {200, "application/fhir+json", "{\"name\":\"Ms Made-up", ErrorKind::BadReply, "200"},
    };
    for (const auto& row : rows) {
        INFO(row.status << " " << row.type << " " << row.body);
        Fixture fixture(toEach([&](Connection& connection) {
            connection.send(answer(row.status, row.body,
                                   row.type.empty() ? "" : "Content-Type: " + row.type + "\r\n"));
        }));

        const auto error = fixture.readFailure();

        CHECK(error.kind() == row.kind);
        CHECK_THAT(error.what(), Contains("read Patient: ") && Contains(row.text) &&
                                     !Contains("Made-up") && !Contains("made-up-token"));
    }
}

TEST_CASE("client: an outcome inside a bundle is an issue or an error of its request", "[fhir]") {
    const std::string outcome =
        R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"conflict",)"
        R"("diagnostics":"Ms Made-up"}]})";
    Fixture fixture([&](Connection& connection, std::size_t) {
        while (true) {
            const auto request = connection.readRequest();
            if (request.empty()) return;
            connection.send(
                request.starts_with("GET")
                    ? answer(200, page("", {patient("a"), outcome}))
                    : answer(200, R"({"resourceType":"Bundle","type":"batch-response","entry":[)"
                                  R"({"response":{"status":"409","outcome":)" +
                                      outcome + "}}]}"));
        }
    });
    const Client client(*fixture.transport, fixture.options);
    Found found;

    const auto searched = client.search("Patient", {}, std::ref(found));
    const auto [document, answers] = client.batch({{.method = "DELETE", .url = "Patient/a"}});

    CHECK(found.ids == "a ");
    REQUIRE(searched.issues.size() == 1);
    CHECK(searched.issues[0].text == "the server remarked: error conflict");
    REQUIRE(answers.at(0).error);
    CHECK(answers[0].error->kind() == ErrorKind::Conflict);
    CHECK_THAT(answers[0].error->what(), Contains("(error conflict)") && !Contains("Made-up"));
}

TEST_CASE("client: both media types of JSON, and the one before them, are taken", "[fhir]") {
    const std::string type = GENERATE("application/fhir+json; charset=utf-8", "application/json",
                                      "application/json+fhir", "text/json", "");
    Fixture fixture(toEach([&](Connection& connection) {
        connection.send(
            answer(200, patient("1"), type.empty() ? "" : "Content-Type: " + type + "\r\n"));
    }));

    CHECK(Client(*fixture.transport, fixture.options).read<fhir::Patient>("1").id == "1");
}

TEST_CASE("client: a body that is announced or comes too large ends at the limit", "[fhir]") {
    const std::string head = GENERATE("Content-Length: 2147483648\r\n\r\n",
                                      "Transfer-Encoding: chunked\r\n\r\n", "\r\n");
    Fixture fixture([&](Connection& connection, std::size_t) {
        connection.readRequest();
        connection.send("HTTP/1.1 200 OK\r\n" + head);
        connection.flood(head.starts_with("Transfer") ? "1000\r\n" + std::string(4096, ' ') + "\r\n"
                                                      : std::string(4096, ' '));
    });

    const auto error = fixture.readFailure();

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK_THAT(error.what(), Contains("larger than 8388608 bytes"));
    CHECK(fixture.grownKiB() < 64 * 1024);
}

TEST_CASE("client: a body that inflates without end ends at the limit", "[fhir]") {
    const auto bomb = gzip("[\"" + std::string(4 * kBytesMax, 'x') + "\"]");
    Fixture fixture(toEach([&](Connection& connection) {
        connection.send(answer(200, bomb, "Content-Encoding: gzip\r\n"));
    }));

    const auto error = fixture.readFailure();

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK_THAT(error.what(), Contains("larger than 8388608 bytes"));
    CHECK(bomb.size() < 64 * 1024);
}

TEST_CASE("client: a text without end ends at the limit", "[fhir]") {
    const std::string begin = GENERATE("{\"resourceType\":\"", "{\"", "[1");
    Fixture fixture([&](Connection& connection, std::size_t) {
        connection.readRequest();
        connection.send("HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\n\r\n" + begin);
        connection.flood(std::string(4096, '7'));
    });

    const auto error = fixture.readFailure();

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK_THAT(error.what(), Contains("larger than 8388608 bytes"));
    CHECK(fixture.grownKiB() < 64 * 1024);
}

TEST_CASE("client: a text longer than allowed is refused though the body is not", "[fhir]") {
    constexpr std::size_t kTextBytes = 17 * 1024 * 1024;
    const std::string body = "{\"id\":\"" + std::string(kTextBytes, 'x') + "\"}";
    RawServer server(toEach([&](Connection& connection) {
        connection.send(answer(200, body, "Content-Type: application/fhir+json\r\n"));
    }));
    const auto transport = fhir::http::makeTransport();

    const auto error = thrown(
        [&] { Client(*transport, optionsFor(server.url() + "/fhir")).read("Patient", "1"); });

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK_THAT(error.what(), Contains("it holds a longer text than allowed"));
}

TEST_CASE("client: more values than allowed are refused though the body is not", "[fhir]") {
    std::string body = "[0";
    for (int i = 0; i < 4'000'000; ++i) body += ",0";
    RawServer server(toEach([&](Connection& connection) {
        connection.send(answer(200, body + "]", "Content-Type: application/fhir+json\r\n"));
    }));
    const auto transport = fhir::http::makeTransport();

    const auto error = thrown(
        [&] { Client(*transport, optionsFor(server.url() + "/fhir")).read("Patient", "1"); });

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK_THAT(error.what(), Contains("it holds more values than allowed"));
}

TEST_CASE("client: an export whose line never ends ends at the limit of a line", "[fhir]") {
    Fixture fixture([&](Connection& connection, std::size_t) {
        for (;;) {
            const auto request = connection.readRequest();
            if (request.empty()) return;
            if (request.starts_with("GET /fhir/Patient/$export"))
                connection.send(answer(202, {}, "Content-Location: /fhir/jobs/1\r\n"));
            else if (request.starts_with("GET /fhir/jobs/1"))
                connection.send(answer(200, R"({"transactionTime":"2026-03-07T08:15:00Z",)"
                                            R"("output":[{"type":"Patient","url":"/fhir/f"}]})"));
            else if (request.starts_with("GET /fhir/f")) {
                connection.send("HTTP/1.1 200 OK\r\n\r\n{\"id\":\"");
                connection.flood(std::string(4096, 'x'));
            } else
                connection.send(answer(202, {}));
        }
    });
    fhir::BulkExportRequest request;
    request.lineBytesMax = 1024 * 1024;

    const auto error = thrown([&] {
        fhir::BulkExport(Client(*fixture.transport, fixture.options))
            .run(request, [](const auto&, auto&) {});
    });

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK_THAT(error.what(), Contains("line 1 is longer than 1048576 bytes"));
    CHECK(fixture.grownKiB() < 16 * 1024);
}

TEST_CASE("client: a header without end ends at the limit", "[fhir]") {
    const std::string block =
        GENERATE(std::string(4096, 'x'), "X-Field: a\r\n", "HTTP/1.1 100 Continue\r\n\r\n");
    Fixture fixture([&](Connection& connection, std::size_t) {
        connection.readRequest();
        if (!block.starts_with("HTTP")) connection.send("HTTP/1.1 200 OK\r\nX: ");
        connection.flood(block);
    });

    const auto error = fixture.readFailure();

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK_THAT(error.what(), Contains("header of the answer"));
    CHECK(fixture.grownKiB() < 16 * 1024);
}

TEST_CASE("client: JSON nested 100,000 deep is refused in bounded memory", "[fhir]") {
    const std::string open = GENERATE("[", "{\"a\":");
    std::string body;
    for (int i = 0; i < 100'000; ++i) body += open;
    Fixture fixture(toEach([&](Connection& connection) { connection.send(answer(200, body)); }));

    const auto error = fixture.readFailure();

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK(fixture.grownKiB() < 16 * 1024);
}

TEST_CASE("client: a search whose pages never end ends at its limit", "[fhir]") {
    std::atomic<int> pages{0};
    Fixture fixture(toEach([&](Connection& connection) {
        const auto number = std::to_string(++pages);
        connection.send(answer(200, page("?page=" + number, {patient(number)})));
    }));

    const auto error = fixture.searchFailure();

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK_THAT(error.what(), Contains("more than 20 pages"));
    CHECK(pages == 20);
}

TEST_CASE("client: a search with too many entries ends at its limit", "[fhir]") {
    Fixture fixture(toEach([](Connection& connection) {
        connection.send(answer(200, page("", {patient("a"), patient("b"), patient("c")})));
    }));
    fixture.options.entriesMax = 2;

    const auto error = fixture.searchFailure();

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK_THAT(error.what(), Contains("more than 2 entries"));
}

TEST_CASE("client: a search that drips ends at its deadline", "[fhir]") {
    Fixture fixture(toEach([](Connection& connection) {
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n{");
        connection.drip(" ", 5ms);
    }));
    fixture.options.deadline = fhir::deadlineIn(300ms);

    const auto error = fixture.searchFailure();

    CHECK(error.kind() == ErrorKind::Unavailable);
    CHECK_THAT(error.what(), Contains("within the time allowed"));
}

TEST_CASE("client: a redirect is not followed, and the credential stays", "[fhir]") {
    const int status = GENERATE(301, 302, 303, 307, 308);
    RawServer elsewhere([](Connection& connection, std::size_t) { connection.readRequest(); });
    Fixture fixture(toEach([&](Connection& connection) {
        connection.send(answer(status, "", "Location: " + elsewhere.url() + "/secret\r\n"));
    }));

    const auto error = fixture.readFailure();

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK_THAT(error.what(), Contains("redirect") && !Contains("secret"));
    CHECK(elsewhere.connections() == 0);
}

TEST_CASE("client: forty reads share sixteen connections under one deadline", "[fhir]") {
    std::atomic<int> asked{0}, read{0};
    Fixture fixture(toEach([&](Connection& connection) {
        ++asked;
        connection.send(answer(200, patient("1")));
    }));
    const Client client(*fixture.transport, fixture.options);
    const auto deadline = fhir::deadlineIn(30s);

    const auto errors = fhir::inParallel(40, 40, deadline, [&](std::size_t) {
        if (client.withDeadline(deadline).read<fhir::Patient>("1").id == "1") ++read;
    });

    CHECK(read == 40);
    CHECK(std::none_of(errors.begin(), errors.end(), [](const auto& e) { return e.has_value(); }));
    CHECK(asked == 40);
    CHECK(fixture.server.connections() <= 16);
}

}  // namespace client_faults_test
