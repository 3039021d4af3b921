#include "plugin/http_server/compression.h"

#include <Poco/DeflatingStream.h>

#include <sstream>

#include "fhir/base/log.h"

namespace plugin::http_server {
namespace {

/// Below this the header costs more than it saves.
constexpr std::size_t kBytesMin = 1024;
constexpr int kLevel = 5;

bool takesGzip(const Request& request) {
    auto accepted = request.headers.find("Accept-Encoding").value_or("");
    std::erase(accepted, ' ');
    for (std::size_t start = 0; start < accepted.size();) {
        const auto end = std::min(accepted.find(',', start), accepted.size());
        const auto one = accepted.substr(start, end - start);
        if (one == "gzip" || (one.starts_with("gzip;") && one != "gzip;q=0")) return true;
        start = end + 1;
    }
    return false;
}

}  // namespace

void compress(const Request& request, Response& response) noexcept {
    try {
        response.headers.add("Vary", "Accept-Encoding");
        if (response.body.size() < kBytesMin || !takesGzip(request)) return;
        std::ostringstream packed;
        Poco::DeflatingOutputStream gzip(packed, Poco::DeflatingStreamBuf::STREAM_GZIP, kLevel);
        gzip << response.body;
        gzip.close();
        response.body = packed.str();
        response.headers.set("Content-Encoding", "gzip");
    } catch (const std::exception&) {
        fhir::log::error("an answer could not be packed and goes as it is");
    }
}

}  // namespace plugin::http_server
