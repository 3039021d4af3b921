#include "fhir/r4/bundle.h"

namespace fhir {

Bundle Bundle::fromJson(const json::Value& json) {
    readHeader(json, resourceType);
    Bundle bundle{.type = json.at("type").string(), .next = {}, .self = {}, .entry = {}};
    for (const auto link : json.findArray("link")) {
        const auto relation = link.findString("relation");
        if (relation == "next") bundle.next = link.findString("url");
        if (relation == "self") bundle.self = link.findString("url");
    }
    std::size_t index = 0;
    for (const auto element : json.findArray("entry")) {
        const auto place = index++;
        const auto resource = element.find("resource");
        if (!resource) continue;
        BundleEntry entry{.fullUrl = element.findString("fullUrl"),
                          .mode = "match",
                          .resourceType = {},
                          .id = {},
                          .resource = *resource,
                          .index = place};
        if (const auto search = element.find("search"))
            entry.mode = search->findString("mode").value_or("match");
        if (resource->isObject()) {
            const auto type = resource->find("resourceType");
            const auto id = resource->find("id");
            if (type && type->isString()) entry.resourceType = type->string();
            if (id && id->isString()) entry.id = id->string();
        }
        // Servers differ in whether they mark an outcome as one (vendors.md, section 1.2).
        if (entry.resourceType == "OperationOutcome") entry.mode = "outcome";
        bundle.entry.push_back(std::move(entry));
    }
    return bundle;
}

}  // namespace fhir
