#include "adapters/profile.h"

#include <algorithm>
#include <array>
#include <map>

#include "adapters/routes/route.h"
#include "adapters/vendor_profiles.h"
#include "fhir/base/error.h"

namespace adapters {
namespace {

using fhir::json::Value;

/// Encounter.status (R4, value set encounter-status).
constexpr std::array<std::string_view, 9> kEncounterStatuses{
    "planned",  "arrived",   "triaged",          "in-progress", "onleave",
    "finished", "cancelled", "entered-in-error", "unknown"};

int integerBetween(const Value& value, int least, int most) {
    const auto number = value.integer();
    if (number < least || number > most)
        value.refuse("must be from " + std::to_string(least) + " to " + std::to_string(most));
    return static_cast<int>(number);
}

std::string word(const Value& value) {
    if (value.text().empty()) value.refuse("must not be empty");
    return value.string();
}

/// A list without doubles that has at least one element, each of which `check` accepts.
template <class Check>
std::vector<std::string> words(const Value& value, Check check) {
    std::vector<std::string> result;
    for (const auto element : value.array()) {
        auto text = word(element);
        if (std::find(result.begin(), result.end(), text) != result.end())
            element.refuse("is named twice");
        check(element, text);
        result.push_back(std::move(text));
    }
    if (result.empty()) value.refuse("must name at least one");
    return result;
}

std::string joined(const std::vector<std::string>& names) {
    std::string result;
    for (const auto& name : names) result += (result.empty() ? "" : ", ") + name;
    return result;
}

/// Field names are tokens (RFC 9110, section 5.6.2), values have no control characters.
fhir::Headers headers(const Value& value) {
    fhir::Headers result;
    for (const auto [name, content] : value.object()) {
        const bool token = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
            return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                   std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
        });
        if (!token) content.refuse("has a name that is no HTTP header field");
        if (fhir::equalsIgnoringCase(name, "Authorization"))
            content.refuse("is not set here: credentials belong to the connection's auth");
        const auto text = content.text();
        if (std::any_of(text.begin(), text.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }))
            content.refuse("holds a control character");
        result.add(std::string(name), std::string(text));
    }
    return result;
}

void checkStatus(const Value& value, std::string_view text) {
    if (std::find(kEncounterStatuses.begin(), kEncounterStatuses.end(), text) ==
        kEncounterStatuses.end())
        value.refuse("is no Encounter.status of FHIR R4");
}

void checkRoute(const Value& value, std::string_view text) {
    if (findRoute(text) == nullptr)
        value.refuse("is no write route; there are " + joined(routeNames()));
}

using Reader = void (*)(Profile&, const Value&);

constexpr int kTimeoutSecondsMax = 300;
constexpr int kPageSizeMax = 1000;
constexpr int kListMax = 200;  ///< more ids in one search make a URL that servers refuse

/// Every field of a profile by its name in JSON. To add one: its line here, its comment in
/// config/vendors/generic.json, its row in tests/adapters/profile_test.cpp.
const std::map<std::string_view, Reader>& fields() {
    static const std::map<std::string_view, Reader> table{
        {"vendor", [](Profile& p, const Value& v) { p.vendor = word(v); }},
        {"protocol", [](Profile& p, const Value& v) { p.protocol = word(v); }},
        {"headers", [](Profile& p, const Value& v) { p.headers = headers(v); }},
        {"timeoutSeconds",
         [](Profile& p, const Value& v) {
             p.timeout = std::chrono::seconds(integerBetween(v, 1, kTimeoutSecondsMax));
         }},
        {"pageSize",
         [](Profile& p, const Value& v) { p.pageSize = integerBetween(v, 1, kPageSizeMax); }},
        {"patientsPerSearch",
         [](Profile& p, const Value& v) { p.patientsPerSearch = integerBetween(v, 1, kListMax); }},
        {"locationsPerSearch",
         [](Profile& p, const Value& v) { p.locationsPerSearch = integerBetween(v, 1, kListMax); }},
        {"currentStatuses",
         [](Profile& p, const Value& v) { p.currentStatuses = words(v, checkStatus); }},
        {"includes", [](Profile& p, const Value& v) { p.includes = v.boolean(); }},
        {"typedReferences", [](Profile& p, const Value& v) { p.typedReferences = v.boolean(); }},
        {"locationHierarchy",
         [](Profile& p, const Value& v) { p.locationHierarchy = v.boolean(); }},
        {"conditionalCreate",
         [](Profile& p, const Value& v) { p.conditionalCreate = v.boolean(); }},
        {"readBack", [](Profile& p, const Value& v) { p.readBack = v.boolean(); }},
        {"whatMattersCategory",
         [](Profile& p, const Value& v) { p.whatMattersCategory = v.boolean(); }},
        {"routes", [](Profile& p, const Value& v) { p.routes = words(v, checkRoute); }},
    };
    return table;
}

constexpr std::string_view kSuffix = ".json";

}  // namespace

Profile Profile::with(const Value& json) const {
    Profile profile = *this;
    for (const auto [name, value] : json.object()) {
        const auto field = fields().find(name);
        if (field == fields().end()) value.refuse("is no field of a vendor profile");
        field->second(profile, value);
    }
    return profile;
}

Profile Profile::fromJson(const Value& json) {
    json.at("vendor");
    return Profile{}.with(json);
}

Profile vendorProfile(std::string_view vendor) {
    const auto* file =
        fhir::findFile(vendor_profiles::files(), std::string(vendor) + std::string(kSuffix));
    if (file == nullptr)
        throw fhir::Error(fhir::ErrorKind::InvalidInput,
                          "no vendor profile of that name; there are " + joined(vendorNames()));
    fhir::json::Limits limits;
    limits.comments = true;
    const auto document = fhir::json::Document::parse(std::string(file->content), limits);
    return Profile::fromJson(document.root());
}

std::vector<std::string> vendorNames() {
    std::vector<std::string> names;
    for (const auto& file : vendor_profiles::files())
        names.emplace_back(file.name.substr(0, file.name.size() - kSuffix.size()));
    return names;
}

}  // namespace adapters
