#include <unistd.h>

#include "fhir/base/error.h"
#include "fhir/http/transport.h"
#include "tests/support/certificate.h"
#include "tests/support/raw_server.h"
#include "tests/support/source_tree.h"
#include "tests/support/thrown.h"

namespace transport_tls_test {

using Catch::Matchers::Contains;
using fhir::deadlineIn;
using fhir::ErrorKind;
using fhir::Url;
using fhir::http::makeTransport;
using fhir::http::Request;
using fhir::http::TransportOptions;
using test::answer;
using test::Certificate;
using test::Connection;
using test::RawServer;
using test::thrown;
using namespace std::chrono_literals;

namespace {

constexpr auto kLong = 30s;

Request get(const std::string& url) {
    return {"GET", Url::parse(url), {}, {}};
}

TransportOptions trusting(const Certificate& certificate) {
    TransportOptions options;
    options.certificateAuthorities = certificate.file();
    return options;
}

void serveAll(Connection& connection, std::size_t number) {
    while (!connection.readRequest().empty()) connection.send(answer(200, std::to_string(number)));
}

std::string refusal(const TransportOptions& options, const std::string& url,
                    std::chrono::milliseconds deadline = kLong) {
    const auto transport = makeTransport(options);
    const auto error = thrown([&] { transport->send(get(url), deadlineIn(deadline)); });
    CHECK(error.kind() == ErrorKind::Unavailable);
    return error.what();
}

}  // namespace

TEST_CASE("tls: a certificate that nobody vouches for is refused, and the text says so", "[fhir]") {
    const Certificate certificate("IP:127.0.0.1");
    std::string asked;
    {
        RawServer server(
            [&](Connection& connection, std::size_t) { asked = connection.readRequest(); },
            &certificate);

        const auto text = refusal({}, server.url());

        CHECK_THAT(text, Contains("the certificate of " + server.url() + " is not trusted") &&
                             Contains("self-signed certificate") && Contains("authority"));
    }
    CHECK(asked.empty());
}

TEST_CASE("tls: a certificate of an authority that is named is taken, and the connection kept",
          "[fhir]") {
    const Certificate certificate("IP:127.0.0.1");
    RawServer server(serveAll, &certificate);
    const auto transport = makeTransport(trusting(certificate));

    for (int i = 0; i < 5; ++i)
        CHECK(transport->send(get(server.url()), deadlineIn(kLong)).body == "0");
    CHECK(server.connections() == 1);
}

TEST_CASE("tls: a certificate is taken by host name", "[fhir]") {
    const Certificate certificate("DNS:localhost");
    RawServer server(serveAll, &certificate);
    const auto transport = makeTransport(trusting(certificate));

    CHECK(transport->send(get(server.url("localhost")), deadlineIn(kLong)).status == 200);
}

TEST_CASE("tls: a certificate for another host is refused, though its authority is known",
          "[fhir]") {
    const std::string name = GENERATE("DNS:other.example", "DNS:localhost.other.example",
                                      "IP:127.0.0.2", "DNS:*.localhost");
    const Certificate certificate(name);
    std::string asked;
    {
        RawServer server(
            [&](Connection& connection, std::size_t) { asked = connection.readRequest(); },
            &certificate);

        CHECK_THAT(refusal(trusting(certificate), server.url("localhost")),
                   Contains("for another host name"));
        CHECK_THAT(refusal(trusting(certificate), server.url()), Contains("for another host name"));
    }
    CHECK(asked.empty());
}

TEST_CASE("tls: another authority than the one that signed does not help", "[fhir]") {
    const Certificate certificate("IP:127.0.0.1");
    const Certificate other("IP:127.0.0.1");
    RawServer server(serveAll, &certificate);

    CHECK_THAT(refusal(trusting(other), server.url()), Contains("is not trusted"));
}

TEST_CASE("tls: a server that does not speak it is refused", "[fhir]") {
    const bool closes = GENERATE(true, false);
    RawServer server([&](Connection& connection, std::size_t) {
        if (closes) return;
        connection.send(answer(400, "speak plainly"));
        connection.waitUntilClosed();
    });
    auto url = server.url();
    url.replace(0, 4, "https");

    CHECK_THAT(refusal({}, url), Contains("does not speak TLS 1.2 or newer"));
}

TEST_CASE("tls: a handshake that drips ends at the deadline", "[fhir]") {
    // A record header that announces 16 KiB of handshake, and then a byte at a time.
    RawServer server([](Connection& connection, std::size_t) {
        connection.send(std::string("\x16\x03\x03\x40\x00\x02\x00\x3f\xfc", 9));
        connection.drip("x", 10ms);
    });
    auto url = server.url();
    url.replace(0, 4, "https");
    const auto start = std::chrono::steady_clock::now();

    CHECK_THAT(refusal({}, url, 200ms), Contains("within the time allowed"));
    CHECK(std::chrono::steady_clock::now() - start < 5s);
}

TEST_CASE("tls: an answer that drips ends at the deadline", "[fhir]") {
    const Certificate certificate("IP:127.0.0.1");
    RawServer server(
        [](Connection& connection, std::size_t) {
            connection.readRequest();
            connection.send("HTTP/1.1 200 OK\r\nX: ");
            connection.drip("x", 10ms);
        },
        &certificate);
    const auto start = std::chrono::steady_clock::now();

    CHECK_THAT(refusal(trusting(certificate), server.url(), 300ms),
               Contains("within the time allowed"));
    CHECK(std::chrono::steady_clock::now() - start < 5s);
}

TEST_CASE("tls: a peer that goes away while we write does not end the process", "[fhir]") {
    const Certificate certificate("IP:127.0.0.1");
    RawServer server([](Connection& connection, std::size_t) { connection.reset(); }, &certificate);
    const auto transport = makeTransport(trusting(certificate));
    const Request request{"POST", Url::parse(server.url()), {}, std::string(8 * 1024 * 1024, 'x')};

    for (int i = 0; i < 3; ++i)
        CHECK(thrown([&] { transport->send(request, deadlineIn(kLong)); }).kind() ==
              ErrorKind::Unavailable);
}

TEST_CASE("tls: a deadline that comes while we write does not end the process", "[fhir]") {
    const Certificate certificate("IP:127.0.0.1");
    RawServer server([](Connection& connection,
                        std::size_t) { connection.drip("HTTP/1.1 100 Continue\r\n\r\n", 50ms); },
                     &certificate);
    const auto transport = makeTransport(trusting(certificate));
    const Request request{"POST", Url::parse(server.url()), {}, std::string(64 * 1024 * 1024, 'x')};

    const auto error = thrown([&] { transport->send(request, deadlineIn(300ms)); });

    CHECK(error.kind() == ErrorKind::Unavailable);
    CHECK_THAT(error.what(), Contains("within the time allowed"));
}

TEST_CASE("tls: an answer that breaks off is unavailable", "[fhir]") {
    const std::string part = GENERATE("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{",
                                      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    const Certificate certificate("IP:127.0.0.1");
    RawServer server(
        [&](Connection& connection, std::size_t) {
            connection.readRequest();
            connection.send(part);
        },
        &certificate);

    CHECK_THAT(refusal(trusting(certificate), server.url()), Contains("broke off"));
}

TEST_CASE("tls: a file of authorities that cannot be read is named", "[fhir]") {
    RawServer server(serveAll);
    auto url = server.url();
    url.replace(0, 4, "https");
    TransportOptions options;
    options.certificateAuthorities =
        GENERATE(std::string("/nowhere/made-up.pem"), test::sourceRoot().string() + "/LICENSE");
    const auto transport = makeTransport(options);

    const auto error = thrown([&] { transport->send(get(url), deadlineIn(kLong)); });

    CHECK(error.kind() == ErrorKind::InvalidInput);
    CHECK_THAT(error.what(), Contains(options.certificateAuthorities));
}

TEST_CASE("tls: says who we are to a server that asks for it", "[fhir]") {
    const Certificate server("IP:127.0.0.1");
    const Certificate ours("DNS:client.example");
    std::string known;
    RawServer fixture(
        [&](Connection& connection, std::size_t) {
            known = connection.peerName();
            serveAll(connection, 0);
        },
        &server, &ours);
    auto options = trusting(server);

    SECTION("with a certificate and its key") {
        options.clientCertificate = ours.file();
        options.clientKey = ours.keyFile();
        CHECK(makeTransport(options)->send(get(fixture.url()), deadlineIn(kLong)).status == 200);
        CHECK(known == "made-up test server");
    }
    SECTION("without one it does not talk to us") {
        CHECK(thrown([&] {
                  makeTransport(options)->send(get(fixture.url()), deadlineIn(kLong));
              }).kind() == ErrorKind::Unavailable);
    }
    SECTION("with one that it does not know it does not talk to us") {
        const Certificate other("DNS:client.example");
        options.clientCertificate = other.file();
        options.clientKey = other.keyFile();
        CHECK(thrown([&] {
                  makeTransport(options)->send(get(fixture.url()), deadlineIn(kLong));
              }).kind() == ErrorKind::Unavailable);
    }
}

TEST_CASE("tls: a client certificate that cannot be used is named", "[fhir]") {
    const Certificate server("IP:127.0.0.1");
    const Certificate ours("DNS:client.example");
    RawServer fixture(serveAll, &server);
    auto options = trusting(server);
    options.clientCertificate = ours.file();
    options.clientKey = server.keyFile();

    const auto error =
        thrown([&] { makeTransport(options)->send(get(fixture.url()), deadlineIn(kLong)); });

    CHECK(error.kind() == ErrorKind::InvalidInput);
    CHECK_THAT(error.what(), Contains("do not belong together"));
}

}  // namespace transport_tls_test
