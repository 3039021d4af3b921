#include "fhir/r4/capability_statement.h"

#include <algorithm>

namespace fhir {

namespace {

/// `name` of every part of an array; a part that has none is left out alone.
std::vector<std::string> readNames(json::Wanted& wanted, const json::Value& json,
                                   std::string_view array, std::string_view name) {
    return wanted.list(json, array,
                       [&](const json::Value& part) { return part.at(name).string(); });
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

std::string nameAndVersion(json::Wanted& wanted, const json::Value& software) {
    auto name = wanted.string(software, "name").value_or("");
    if (const auto version = wanted.string(software, "version"); version && !name.empty())
        name += " " + *version;
    return name;
}

}  // namespace

CapabilityStatement::Resource CapabilityStatement::Resource::fromJson(const json::Value& json,
                                                                      json::Wanted& wanted) {
    return {.type = json.at("type").string(),
            .interaction = readNames(wanted, json, "interaction", "code"),
            .searchParam = readNames(wanted, json, "searchParam", "name"),
            .conditionalCreate = wanted.boolean(json, "conditionalCreate").value_or(false),
            .conditionalUpdate = wanted.boolean(json, "conditionalUpdate").value_or(false),
            .updateCreate = wanted.boolean(json, "updateCreate").value_or(false),
            .versioning = wanted.string(json, "versioning"),
            .operation = readNames(wanted, json, "operation", "name"),
            .searchInclude = wanted.strings(json, "searchInclude"),
            .searchRevInclude = wanted.strings(json, "searchRevInclude"),
            .supportedProfile = wanted.strings(json, "supportedProfile")};
}

CapabilityStatement::Security CapabilityStatement::Security::fromJson(const json::Value& json,
                                                                      json::Wanted& wanted) {
    Security security{.cors = wanted.boolean(json, "cors").value_or(false),
                      .service = wanted.all<CodeableConcept>(json, "service"),
                      .oauthUris = {}};
    for (const auto& extension : wanted.objects(json, "extension")) {
        if (wanted.string(extension, "url") !=
            "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris")
            continue;
        security.oauthUris = wanted.read(
            extension, "extension", [&](const json::Value&) { return readOauthUris(extension); });
        break;
    }
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
    json::Wanted wanted;
    CapabilityStatement statement;
    statement.fhirVersion = wanted.string(json, "fhirVersion").value_or("");
    statement.format = wanted.strings(json, "format");
    statement.patchFormat = wanted.strings(json, "patchFormat");
    statement.implementationGuide = wanted.strings(json, "implementationGuide");
    statement.instantiates = wanted.strings(json, "instantiates");
    statement.date = wanted.find<DateTime>(json, "date");
    if (const auto software = wanted.object(json, "software"))
        if (auto name = nameAndVersion(wanted, *software); !name.empty())
            statement.software = std::move(name);
    for (const auto& rest : wanted.objects(json, "rest")) {
        if (wanted.string(rest, "mode").value_or("server") != "server") continue;
        statement.resource = wanted.list(rest, "resource", [&](const json::Value& resource) {
            return Resource::fromJson(resource, wanted);
        });
        statement.interaction = readNames(wanted, rest, "interaction", "code");
        statement.operation = readNames(wanted, rest, "operation", "name");
        if (const auto security = wanted.object(rest, "security"))
            statement.security = Security::fromJson(*security, wanted);
        break;
    }
    statement.problems = wanted.takeProblems();
    return statement;
}

}  // namespace fhir
