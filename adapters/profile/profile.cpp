#include "adapters/profile/profile.h"

#include "adapters/profile/profile_fields.h"
#include "adapters/profile/vendor_profiles.h"
#include "fhir/base/error.h"

namespace adapters {
namespace {

using fhir::json::Value;
using fhir::json::Writer;

constexpr std::string_view kSuffix = ".json";

/// The part before the dot of "group.field"; "" of a field outside any group.
std::string_view groupOf(std::string_view field) {
    const auto dot = field.find('.');
    return dot == std::string_view::npos ? std::string_view() : field.substr(0, dot);
}

bool isGroup(std::string_view name) {
    const auto first = profileFields().lower_bound(std::string(name) + ".");
    return first != profileFields().end() && groupOf(first->first) == name;
}

/// Replaces the fields that `json` names, which are those of `group`.
void replace(Profile& profile, const Value& json, const std::string& group) {
    for (const auto [name, value] : json.object()) {
        if (group.empty() && isGroup(name)) {
            replace(profile, value, std::string(name));
            continue;
        }
        const auto field =
            profileFields().find((group.empty() ? "" : group + ".") + std::string(name));
        // A dot in a name would reach into a group.
        if (field == profileFields().end() || name.find('.') != std::string_view::npos)
            value.refuse("is no field of a vendor profile");
        field->second.read(profile, value);
    }
}

}  // namespace

Profile Profile::with(const Value& json) const {
    Profile profile = *this;
    replace(profile, json, {});
    return profile;
}

Profile Profile::fromJson(const Value& json) {
    json.at("vendor");
    return Profile{}.with(json);
}

void Profile::toJson(Writer& writer) const {
    writer.beginObject();
    std::string_view open;
    for (const auto& [name, field] : profileFields()) {
        const auto group = groupOf(name);
        if (group != open) {
            if (!open.empty()) writer.endObject();
            if (!group.empty()) writer.key(group).beginObject();
            open = group;
        }
        writer.key(group.empty() ? name : name.substr(group.size() + 1));
        field.write(*this, writer);
    }
    if (!open.empty()) writer.endObject();
    writer.endObject();
}

Profile vendorProfile(std::string_view vendor) {
    const auto* file =
        fhir::findFile(vendor_profiles::files(), std::string(vendor) + std::string(kSuffix));
    if (file == nullptr) {
        std::string known;
        for (const auto& name : vendorNames()) known += (known.empty() ? "" : ", ") + name;
        throw fhir::Error(fhir::ErrorKind::InvalidInput,
                          "no vendor profile of that name; there are " + known);
    }
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
