#include <algorithm>
#include <array>
#include <sstream>

#include "adapters/simulator/vendors/vendors.h"

namespace adapters::simulator::vendors {
namespace {

using fhir::json::Value;

/// FNV-1a (64 bits), then one round of mixing a time it is drawn from.
class Scramble {
public:
    Scramble(std::string_view type, std::string_view plain) {
        for (const auto part : {type, std::string_view("/"), plain})
            for (const char c : part)
                state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    }
    std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15ULL;
        auto mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ULL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebULL;
        return mixed ^ (mixed >> 31);
    }

private:
    std::uint64_t state_ = 0xcbf29ce484222325ULL;
};

}  // namespace

std::string scrambled(std::string_view type, std::string_view plain, std::size_t length,
                      std::string_view alphabet) {
    Scramble scramble(type, plain);
    std::string id;
    while (id.size() < length) id += alphabet[scramble.next() % alphabet.size()];
    return id;
}

std::string uuidFor(std::string_view type, std::string_view plain) {
    auto id = scrambled(type, plain, 36, "0123456789abcdef");
    for (const std::size_t dash : {8U, 13U, 18U, 23U}) id[dash] = '-';
    id[14] = '4';
    id[19] = 'a';
    return id;
}

void refuse(int status, const std::string& why, const std::string& path) {
    throw fhir::Error(fhir::ErrorKind::Refused, why, path).withStatus(status);
}

bool has(const Value& body, std::string_view path) {
    if (body.isArray()) {
        for (const auto element : body.array())
            if (has(element, path)) return true;
        return false;
    }
    if (!body.isObject()) return false;
    const auto dot = std::min(path.find('.'), path.size());
    const auto inner = body.find(path.substr(0, dot));
    return inner && (dot == path.size() || has(*inner, path.substr(dot + 1)));
}

void require(const Value& body, int status, const NameList& elements) {
    const auto type = body.findString("resourceType").value_or("");
    for (const auto element : elements)
        if (!has(body, element)) refuse(status, "is required", type + "." + std::string(element));
}

bool hasCode(const Value& concepts, std::string_view code, std::string_view system) {
    if (concepts.isArray()) {
        for (const auto one : concepts.array())
            if (hasCode(one, code, system)) return true;
        return false;
    }
    if (!concepts.isObject()) return false;
    for (const auto coding : concepts.findArray("coding"))
        if (coding.findString("code") == code &&
            (system.empty() || coding.findString("system") == system))
            return true;
    return false;
}

bool isVitalSign(const Value& code) {
    static constexpr std::array<std::string_view, 9> kCodes{"85353-1", "9279-1",  "8867-4",
                                                            "2708-6",  "8310-5",  "8302-2",
                                                            "29463-7", "39156-5", "85354-9"};
    return std::any_of(kCodes.begin(), kCodes.end(), [&](std::string_view one) {
        return hasCode(code, one, "http://loinc.org");
    });
}

std::vector<std::string> valuesOf(const fhir::Query& query, std::string_view name) {
    std::vector<std::string> values;
    for (const auto& [field, text] : query) {
        if (field != name) continue;
        std::istringstream parts(text);
        for (std::string one; std::getline(parts, one, ',');) values.push_back(one);
    }
    return values;
}

}  // namespace adapters::simulator::vendors
