#include "fhir/r4/resource_issue.h"

#include <algorithm>
#include <array>

namespace fhir {
namespace {

/// The elements that say whom a resource is about.
constexpr std::array<std::string_view, 3> kSubjects{"subject", "patient", "for"};

/// "Encounter/e1", "Encounter"; "" where not even the type can be read.
std::string nameOf(const json::Value& resource) {
    if (!resource.isObject()) return {};
    json::Wanted wanted;
    const auto type = wanted.string(resource, "resourceType").value_or("");
    const auto id = wanted.string(resource, "id").value_or("");
    if (const auto name = parseReference(type + "/" + id)) return name->text();
    return parseReference(type + "/x") ? type : std::string();
}

std::string patientOf(const json::Value& resource, const ServerAddress& server) {
    if (!resource.isObject()) return {};
    json::Wanted wanted;
    const auto named = parseReference(nameOf(resource));
    if (named && named->type == "Patient") return named->id;
    for (const auto name : kSubjects)
        if (const auto subject = wanted.object(resource, name))
            return server.findId(Reference{wanted.string(*subject, "reference"), {}, {}}, "Patient")
                .value_or("");
    return {};
}

/// "/entry/0/resource/name/1/given" as "name[1].given", without the place of the resource.
std::string elementOf(std::string_view path, std::string_view resource) {
    if (path.starts_with(resource)) path.remove_prefix(resource.size());
    std::string element;
    while (!path.empty()) {
        path.remove_prefix(1);
        const auto step = path.substr(0, path.find('/'));
        path.remove_prefix(step.size());
        const bool isIndex = !step.empty() && std::all_of(step.begin(), step.end(), [](char c) {
            return c >= '0' && c <= '9';
        });
        if (isIndex)
            element += "[" + std::string(step) + "]";
        else
            element += (element.empty() ? "" : ".") + std::string(step);
    }
    return element;
}

std::string joined(const std::string& element, std::string_view why) {
    return element.empty() ? std::string(why) : element + " " + std::string(why);
}

}  // namespace

Issue issueOfElement(const json::Value& resource, const Issue& problem,
                     const ServerAddress& server) {
    auto name = nameOf(resource);
    const auto what = joined(elementOf(problem.path, resource.path()), problem.text);
    auto text = (name.empty() ? "a resource" : name) + ": " + what;
    return {{}, std::move(text), std::move(name), patientOf(resource, server)};
}

Issue issueOfResource(const json::Value& resource, const Error& error,
                      const ServerAddress& server) {
    auto name = nameOf(resource);
    const auto why = joined(elementOf(error.path(), resource.path()), error.what());
    auto text = (name.empty() ? "a resource" : name) + " cannot be read: " + why;
    return {error.path(), std::move(text), std::move(name), patientOf(resource, server)};
}

}  // namespace fhir
