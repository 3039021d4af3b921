#include "fhir/r4/bundle.h"

#include <charconv>
#include <utility>

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

/// "201 Created", "201"; 0 where it begins with no status.
int readStatus(std::string_view text) noexcept {
    int status = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), status);
    const bool ends = end == text.data() + text.size() || *end == ' ';
    return fault == std::errc() && ends && status >= 100 && status <= 599 ? status : 0;
}

BundleResult readResult(const json::Value& json, std::size_t index) {
    refuseModifiers(json);
    BundleResult result{.index = index,
                        .status = 0,
                        .location = {},
                        .etag = {},
                        .lastModified = {},
                        .outcome = {},
                        .resource = json.find("resource"),
                        .method = {},
                        .url = {},
                        .fullUrl = json.findString("fullUrl")};
    if (const auto response = json.find("response")) {
        refuseModifiers(*response);
        result.status = readStatus(response->findString("status").value_or(""));
        result.location = response->findString("location");
        result.etag = response->findString("etag");
        result.lastModified = response->findString("lastModified");
        result.outcome = response->find("outcome");
    }
    if (const auto request = json.find("request")) {
        refuseModifiers(*request);
        result.method = request->findString("method");
        result.url = request->findString("url");
    }
    return result;
}

bool hasResults(std::string_view type) noexcept {
    return type == "transaction-response" || type == "batch-response" || type == "history";
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
    const auto entries = json.find("entry");
    if (!entries) return bundle;
    bundle.entry.reserve(entries->size());
    std::size_t index = 0;
    for (const auto element : entries->array()) {
        try {
            if (hasResults(bundle.type)) bundle.result.push_back(readResult(element, index));
            if (auto entry = readEntry(element, index)) bundle.entry.push_back(*std::move(entry));
        } catch (const Error& error) {
            bundle.issue.push_back({error.path(), error.what()});
        }
        ++index;
    }
    return bundle;
}

Bundle Bundle::read(std::string text, const std::function<void(const BundleEntry&)>& onEntry,
                    const json::Limits& limits) {
    BundleReader reader({}, onEntry);
    const auto rest = reader.parse(std::move(text), limits);
    return reader.finish(rest.root());
}

bool BundleReader::begins(const json::Value& before) {
    if (onHead_) {
        std::optional<Bundle> head;
        try {
            if (before.find("link")) head = Bundle::fromJson(before);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::InvalidInput) throw;  // told where all is known
        }
        if (!head) return false;
        onHead_(*head);
    }
    isGiven_ = true;
    return true;
}

void BundleReader::take(const json::Value& element) {
    std::optional<BundleEntry> entry;
    try {
        entry = readEntry(element, index_++);
    } catch (const Error& error) {
        issue_.push_back({error.path(), error.what()});
    }
    if (entry) onEntry_(*entry);
}

json::Document BundleReader::parse(std::string text, const json::Limits& limits) {
    return json::Document::parseElements(
        std::move(text), "entry", [this](const auto& element) { take(element); }, limits,
        [this](const auto& before) { return begins(before); });
}

Bundle BundleReader::finish(const json::Value& rest) {
    auto bundle = Bundle::fromJson(rest);
    if (isGiven_) {
        bundle.issue = std::move(issue_);
        return bundle;
    }
    const auto entries = std::exchange(bundle.entry, {});
    bundle.result.clear();
    if (onHead_) onHead_(bundle);
    for (const auto& entry : entries) onEntry_(entry);
    return bundle;
}

}  // namespace fhir
