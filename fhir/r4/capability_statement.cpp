#include "fhir/r4/capability_statement.h"

#include <algorithm>

namespace fhir {

namespace {

/// `name` of every part of an array.
std::vector<std::string> readNames(const json::Value& json, std::string_view array,
                                   std::string_view name) {
    std::vector<std::string> result;
    for (const auto part : json.findArray(array)) result.push_back(part.at(name).string());
    return result;
}

bool contains(const std::vector<std::string>& names, std::string_view name) noexcept {
    return std::find(names.begin(), names.end(), name) != names.end();
}

CapabilityStatement::OauthUris readOauthUris(const json::Value& extension) {
    const auto uri = [&](std::string_view name) -> std::optional<std::string> {
        const auto part = findExtension(extension, name);
        return part ? part->findString("valueUri") : std::nullopt;
    };
    return {.authorize = uri("authorize"),
            .token = uri("token"),
            .registration = uri("register"),
            .manage = uri("manage"),
            .introspect = uri("introspect"),
            .revoke = uri("revoke")};
}

std::optional<std::string> nameAndVersion(const json::Value& software) {
    auto name = software.findString("name");
    if (const auto version = software.findString("version"); version && name)
        *name += " " + *version;
    return name;
}

}  // namespace

CapabilityStatement::Resource CapabilityStatement::Resource::fromJson(const json::Value& json) {
    return {.type = json.at("type").string(),
            .interaction = readNames(json, "interaction", "code"),
            .searchParam = readNames(json, "searchParam", "name"),
            .conditionalCreate = json.findBoolean("conditionalCreate").value_or(false),
            .conditionalUpdate = json.findBoolean("conditionalUpdate").value_or(false),
            .updateCreate = json.findBoolean("updateCreate").value_or(false),
            .versioning = json.findString("versioning"),
            .operation = readNames(json, "operation", "name"),
            .searchInclude = readStrings(json, "searchInclude"),
            .searchRevInclude = readStrings(json, "searchRevInclude"),
            .supportedProfile = readStrings(json, "supportedProfile")};
}

CapabilityStatement::Security CapabilityStatement::Security::fromJson(const json::Value& json) {
    Security security{.cors = json.findBoolean("cors").value_or(false),
                      .service = readArray<CodeableConcept>(json, "service"),
                      .oauthUris = {}};
    if (const auto extension = findExtension(
            json, "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"))
        security.oauthUris = readOauthUris(*extension);
    return security;
}

const CapabilityStatement::Resource* CapabilityStatement::find(
    std::string_view type) const noexcept {
    const auto found = std::find_if(resource.begin(), resource.end(),
                                    [&](const Resource& one) { return one.type == type; });
    return found == resource.end() ? nullptr : &*found;
}

bool CapabilityStatement::supports(std::string_view type,
                                   std::string_view interactionCode) const noexcept {
    const auto* found = find(type);
    return found != nullptr && contains(found->interaction, interactionCode);
}

bool CapabilityStatement::supports(std::string_view systemInteraction) const noexcept {
    return contains(interaction, systemInteraction);
}

CapabilityStatement CapabilityStatement::fromJson(const json::Value& json) {
    readHeader(json, resourceType);
    CapabilityStatement statement;
    statement.fhirVersion = json.findString("fhirVersion").value_or("");
    statement.format = readStrings(json, "format");
    statement.patchFormat = readStrings(json, "patchFormat");
    statement.implementationGuide = readStrings(json, "implementationGuide");
    statement.instantiates = readStrings(json, "instantiates");
    statement.date = findDateTime(json, "date");
    if (const auto software = json.find("software")) statement.software = nameAndVersion(*software);
    for (const auto rest : json.findArray("rest")) {
        if (rest.findString("mode").value_or("server") != "server") continue;
        statement.resource = readArray<Resource>(rest, "resource");
        statement.interaction = readNames(rest, "interaction", "code");
        statement.operation = readNames(rest, "operation", "name");
        statement.security = readObject<Security>(rest, "security");
        break;
    }
    return statement;
}

}  // namespace fhir
