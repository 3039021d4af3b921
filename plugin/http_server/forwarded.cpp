#include "plugin/http_server/forwarded.h"

#include <algorithm>
#include <string_view>

namespace plugin::http_server {
namespace {

constexpr std::string_view kForwarded = "Forwarded";

std::string bare(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\"");
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t\"") - first + 1));
}

/// Without the port that some proxies add: "10.1.2.3:4711", "[2001:db8::1]:4711".
std::string withoutPort(const std::string& node) {
    if (node.starts_with('[')) return node.substr(1, node.find(']') - 1);
    if (std::count(node.begin(), node.end(), ':') == 1) return node.substr(0, node.find(':'));
    return node;
}

/// "for=192.0.2.60;proto=http" → "192.0.2.60"; "" where there is none.
std::string forOf(const std::string& element) {
    for (std::size_t start = 0; start < element.size();) {
        const auto end = std::min(element.find(';', start), element.size());
        const auto pair = bare(std::string_view(element).substr(start, end - start));
        const auto equals = pair.find('=');
        if (equals != std::string::npos && fhir::equalsIgnoringCase(pair.substr(0, equals), "for"))
            return bare(std::string_view(pair).substr(equals + 1));
        start = end + 1;
    }
    return {};
}

/// The hops that proxies wrote down in one of the two fields, the first caller first.
std::vector<std::string> hopsOf(const fhir::Headers& headers, std::string_view field) {
    std::vector<std::string> hops;
    for (const auto& [name, value] : headers) {
        if (!fhir::equalsIgnoringCase(name, field)) continue;
        for (std::size_t start = 0; start <= value.size();) {
            const auto end = std::min(value.find(',', start), value.size());
            const auto element = bare(std::string_view(value).substr(start, end - start));
            hops.push_back(withoutPort(field == kForwarded ? forOf(element) : element));
            start = end + 1;
        }
    }
    return hops;
}

}  // namespace

bool isTrusted(const std::string& address, const std::vector<fhir::IpNetwork>& trusted) {
    if (trusted.empty()) return false;
    const auto parsed = fhir::IpNetwork::parse(address);
    return parsed && std::any_of(trusted.begin(), trusted.end(),
                                 [&](const auto& network) { return network.holds(*parsed); });
}

std::string callerOf(const std::string& peer, const fhir::Headers& headers,
                     const std::vector<fhir::IpNetwork>& trusted) {
    if (!isTrusted(peer, trusted)) return peer;
    auto hops = hopsOf(headers, kForwarded);
    auto others = hopsOf(headers, "X-Forwarded-For");
    // A proxy writes one of them, and lets through what the caller made of the other.
    if (!hops.empty() && !others.empty()) return peer;
    if (hops.empty()) hops = std::move(others);
    auto caller = peer;
    for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
        const auto address = fhir::IpNetwork::parse(*hop);
        // "unknown", or made up: nothing before it is believed.
        if (!address || !address->isSingle()) return caller;
        caller = address->address();
        if (!isTrusted(caller, trusted)) return caller;
    }
    return caller;
}

}  // namespace plugin::http_server
