#include "fhir/r4/capability_statement.h"

#include <algorithm>

namespace fhir {

namespace {

CapabilityStatement::Resource readResource(const json::Value& json) {
    CapabilityStatement::Resource resource{
        .type = json.at("type").string(),
        .interaction = {},
        .searchParam = {},
        .conditionalCreate = json.findBoolean("conditionalCreate").value_or(false)};
    for (const auto interaction : json.findArray("interaction"))
        resource.interaction.push_back(interaction.at("code").string());
    for (const auto parameter : json.findArray("searchParam"))
        resource.searchParam.push_back(parameter.at("name").string());
    return resource;
}

}  // namespace

const CapabilityStatement::Resource* CapabilityStatement::find(
    std::string_view type) const noexcept {
    const auto found = std::find_if(resource.begin(), resource.end(),
                                    [&](const Resource& one) { return one.type == type; });
    return found == resource.end() ? nullptr : &*found;
}

bool CapabilityStatement::supports(std::string_view type,
                                   std::string_view interaction) const noexcept {
    const auto* found = find(type);
    return found != nullptr && std::find(found->interaction.begin(), found->interaction.end(),
                                         interaction) != found->interaction.end();
}

CapabilityStatement CapabilityStatement::fromJson(const json::Value& json) {
    readHeader(json, resourceType);
    CapabilityStatement statement{.fhirVersion = json.findString("fhirVersion").value_or(""),
                                  .software = {},
                                  .format = readStrings(json, "format"),
                                  .resource = {}};
    if (const auto software = json.find("software")) {
        statement.software = software->findString("name");
        if (const auto version = software->findString("version"); version && statement.software)
            *statement.software += " " + *version;
    }
    for (const auto rest : json.findArray("rest")) {
        if (rest.findString("mode").value_or("server") != "server") continue;
        for (const auto element : rest.findArray("resource"))
            statement.resource.push_back(readResource(element));
        break;
    }
    return statement;
}

}  // namespace fhir
