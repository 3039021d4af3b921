#include "fhir/r4/bundle.h"

namespace fhir {
namespace {

/// nullopt where the entry has no resource, as in the answer to a batch.
std::optional<BundleEntry> readEntry(const json::Value& json, std::size_t index) {
    refuseModifiers(json);
    const auto resource = json.find("resource");
    if (!resource) return std::nullopt;
    BundleEntry entry{.fullUrl = json.findString("fullUrl"),
                      .mode = "match",
                      .resourceType = {},
                      .id = {},
                      .resource = *resource,
                      .index = index};
    if (const auto search = json.find("search"))
        entry.mode = search->findString("mode").value_or("match");
    if (resource->isObject()) {
        const auto type = resource->find("resourceType");
        const auto id = resource->find("id");
        if (type && type->isString()) entry.resourceType = type->string();
        if (id && id->isString()) entry.id = id->string();
    }
    // Servers differ in whether they mark an outcome as one (vendors.md, section 1.2).
    if (entry.resourceType == "OperationOutcome") entry.mode = "outcome";
    return entry;
}

}  // namespace

Bundle Bundle::fromJson(const json::Value& json) {
    readHeader(json, resourceType);
    Bundle bundle{.type = json.at("type").string(), .next = {}, .self = {}, .entry = {}};
    for (const auto link : json.findArray("link")) {
        const auto relation = link.findString("relation");
        // A next page without an address must not end the search as if there were none.
        if (relation == "next") bundle.next = link.at("url").string();
        if (relation == "self") bundle.self = link.findString("url");
    }
    std::size_t index = 0;
    for (const auto element : json.findArray("entry")) {
        try {
            if (auto entry = readEntry(element, index)) bundle.entry.push_back(*std::move(entry));
        } catch (const Error& error) {
            bundle.issue.push_back({error.path(), error.what()});
        }
        ++index;
    }
    return bundle;
}

}  // namespace fhir
