#include "plugin/http_server/compression.h"

#include <catch2/catch.hpp>

#include "tests/support/gzip.h"

namespace compression_test {

using plugin::http_server::Coding;
using plugin::http_server::Request;
using plugin::http_server::Response;

namespace {

Request asking(const std::string& accepted) {
    Request request;
    if (!accepted.empty()) request.headers.set("Accept-Encoding", accepted);
    return request;
}

Response answer(const std::string& accepted, std::size_t bytes, bool isSecret = false) {
    auto response = Response::json(200, std::string(bytes, 'a'));
    response.isSecret = isSecret;
    plugin::http_server::compress(asking(accepted), response);
    return response;
}

}  // namespace

TEST_CASE("compression: who takes gzip gets it, and what comes out is what went in", "[http]") {
    const auto accepted = GENERATE(as<std::string>(), "gzip", "br, gzip", "gzip;q=0.5",
                                   "deflate,gzip;q=1.0", "GZIP ; Q=0.1", "*", "*;q=0, gzip");
    const auto response = answer(accepted, 5000);

    CHECK(response.headers.find("Content-Encoding") == "gzip");
    CHECK(response.headers.find("Vary") == "Accept-Encoding");
    CHECK(response.body.size() < 500);
    CHECK(test::gunzip(response.body) == std::string(5000, 'a'));
}

TEST_CASE("compression: who does not take it, what is short, and what is secret goes as it is",
          "[http]") {
    const auto [accepted, bytes, isSecret] =
        GENERATE(table<std::string, std::size_t, bool>({{"", 5000, false},
                                                        {"br", 5000, false},
                                                        {"gzip;q=0", 5000, false},
                                                        {"gzip;q=0.000, *", 5000, false},
                                                        {"xgzip", 5000, false},
                                                        {"gzip", 1023, false},
                                                        {"gzip", 5000, true}}));
    const auto response = answer(accepted, bytes, isSecret);

    CHECK_FALSE(response.headers.find("Content-Encoding"));
    CHECK(response.headers.find("Vary") == "Accept-Encoding");
    CHECK(response.body.size() == bytes);
}

TEST_CASE("compression: of what was compressed before the caller's choice is taken", "[http]") {
    const auto [accepted, coding] = GENERATE(table<std::string, Coding>({
        {"", Coding::Identity},
        {"identity", Coding::Identity},
        {"gzip, deflate, br, zstd", Coding::Brotli},
        {"gzip, deflate", Coding::Gzip},
        {"br;q=0.5, gzip", Coding::Gzip},
        {"br;q=0, gzip;q=0", Coding::Identity},
        {"*", Coding::Brotli},
        {"*;q=0", Coding::Identity},
        {",;,;;q=", Coding::Identity},
    }));
    CHECK(preferredCoding(asking(accepted)) == coding);
}

}  // namespace compression_test
