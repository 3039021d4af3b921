#include "plugin/http_server/compression.h"

#include <Poco/DeflatingStream.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <sstream>

#include "fhir/base/log.h"

namespace plugin::http_server {
namespace {

/// Below this the header costs more than it saves.
constexpr std::size_t kBytesMin = 1024;
constexpr int kLevel = 5;

/// The weight of one entry, "gzip;q=0.5": 1 unless said.
double weightOf(std::string_view parameter) {
    parameter = fhir::trimmed(parameter);
    if (!fhir::equalsIgnoringCase(parameter.substr(0, 2), "q=")) return 1;
    return std::strtod(std::string(parameter.substr(2)).c_str(), nullptr);
}

/// How much the caller likes this coding; 0: not at all.
double weightOf(const Request& request, Coding coding) {
    const auto field = request.headers.find("Accept-Encoding").value_or("");
    double any = 0;
    for (const auto entry : fhir::listElements(field)) {
        const auto mark = entry.find(';');
        const auto weight = mark == entry.npos ? 1 : weightOf(entry.substr(mark + 1));
        const auto name = fhir::trimmed(entry.substr(0, mark));
        if (fhir::equalsIgnoringCase(name, toString(coding))) return weight;
        if (name == "*") any = weight;
    }
    return any;
}

}  // namespace

std::string_view toString(Coding coding) noexcept {
    switch (coding) {
        case Coding::Identity:
            return "identity";
        case Coding::Gzip:
            return "gzip";
        case Coding::Brotli:
            return "br";
    }
    return "";
}

bool takes(const Request& request, Coding coding) {
    return coding == Coding::Identity || weightOf(request, coding) > 0;
}

Coding preferredCoding(const Request& request) {
    const auto gzip = weightOf(request, Coding::Gzip), brotli = weightOf(request, Coding::Brotli);
    if (brotli > 0 && brotli >= gzip) return Coding::Brotli;
    return gzip > 0 ? Coding::Gzip : Coding::Identity;
}

void compress(const Request& request, Response& response) noexcept {
    try {
        response.headers.add("Vary", "Accept-Encoding");
        if (response.isSecret || response.body.size() < kBytesMin || !takes(request, Coding::Gzip))
            return;
        std::ostringstream packed;
        Poco::DeflatingOutputStream gzip(packed, Poco::DeflatingStreamBuf::STREAM_GZIP, kLevel);
        gzip << response.body;
        gzip.close();
        response.body = packed.str();
        response.headers.set("Content-Encoding", std::string(toString(Coding::Gzip)));
    } catch (const std::exception&) {
        fhir::log::error("an answer could not be packed and goes as it is");
    }
}

}  // namespace plugin::http_server
