#include "plugin/http_server/compression.h"

#include <Poco/InflatingStream.h>

#include <catch2/catch.hpp>
#include <sstream>

namespace compression_test {

using plugin::http_server::Request;
using plugin::http_server::Response;

namespace {

Response answer(const std::string& accepted, std::size_t bytes) {
    Request request;
    if (!accepted.empty()) request.headers.set("Accept-Encoding", accepted);
    auto response = Response::json(200, std::string(bytes, 'a'));
    plugin::http_server::compress(request, response);
    return response;
}

}  // namespace

TEST_CASE("compression: who takes gzip gets it, and what comes out is what went in", "[http]") {
    const auto accepted =
        GENERATE(as<std::string>(), "gzip", "br, gzip", "gzip;q=0.5", "deflate,gzip;q=1.0");
    const auto response = answer(accepted, 5000);

    CHECK(response.headers.find("Content-Encoding") == "gzip");
    CHECK(response.headers.find("Vary") == "Accept-Encoding");
    CHECK(response.body.size() < 500);
    std::istringstream packed(response.body);
    Poco::InflatingInputStream gzip(packed, Poco::InflatingStreamBuf::STREAM_GZIP);
    CHECK(std::string(std::istreambuf_iterator<char>(gzip), {}) == std::string(5000, 'a'));
}

TEST_CASE("compression: who does not take it, and what is short, goes as it is", "[http]") {
    const auto [accepted, bytes] = GENERATE(table<std::string, std::size_t>(
        {{"", 5000}, {"br", 5000}, {"gzip;q=0", 5000}, {"xgzip", 5000}, {"gzip", 100}}));
    const auto response = answer(accepted, bytes);

    CHECK_FALSE(response.headers.find("Content-Encoding"));
    CHECK(response.body.size() == bytes);
}

}  // namespace compression_test
