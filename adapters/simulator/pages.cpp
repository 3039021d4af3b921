#include "adapters/simulator/pages.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "fhir/base/error.h"
#include "fhir/base/random.h"
#include "fhir/r4/datatypes.h"

namespace adapters::simulator {
namespace {

using fhir::Error;
using fhir::ErrorKind;

constexpr std::size_t kTokenBytes = 16;

void writeEntry(fhir::json::Writer& writer, const std::string& base, const Stored& stored,
                const char* mode) {
    writer.beginObject().member("fullUrl", base + "/" + stored.reference());
    writer.key("resource").raw(stored.text);
    writer.key("search").beginObject().member("mode", mode).endObject();
    writer.endObject();
}

void writeLink(fhir::json::Writer& writer, const char* relation, const std::string& url) {
    writer.beginObject().member("relation", relation).member("url", url).endObject();
}

}  // namespace

std::string Pages::address(const std::string& token, std::size_t from) const {
    return base_ + "?_getpages=" + token + "&_getpagesoffset=" + std::to_string(from);
}

std::string Pages::first(const Search& search, const Store& store, fhir::Instant now) {
    Result result{search.run(store), search.includes, static_cast<std::size_t>(search.count)};
    const auto query = search.understood.text();
    const auto self =
        base_ + "/" + std::string(search.definition->type) + (query.empty() ? "" : "?" + query);
    if (result.pageSize == 0 || result.matches.size() <= result.pageSize)
        return page(result, 0, "", self, store, now);
    const auto token = fhir::randomToken(kTokenBytes);
    if (oldest_.size() >= kSearchesMax) {
        results_.erase(oldest_.front());
        oldest_.pop_front();
    }
    oldest_.push_back(token);
    const auto& kept = results_[token] = std::move(result);
    return page(kept, 0, token, self, store, now);
}

std::string Pages::next(const fhir::Query& query, const Store& store, fhir::Instant now) {
    const auto token = query.find("_getpages").value_or("");
    const auto offset = query.find("_getpagesoffset").value_or("");
    std::size_t from = 0;
    const auto* end = offset.data() + offset.size();
    const auto [stop, fault] = std::from_chars(offset.data(), end, from);
    if (token.empty() || fault != std::errc() || stop != end)
        throw Error(ErrorKind::InvalidInput, "this is no address of a page of this server");
    const auto result = results_.find(token);
    if (result == results_.end() || from >= result->second.matches.size())
        throw Error(ErrorKind::NotFound, "this page is gone; search again").withStatus(410);
    return page(result->second, from, token, address(token, from), store, now);
}

std::string Pages::page(const Result& result, std::size_t from, const std::string& token,
                        const std::string& self, const Store& store, fhir::Instant now) const {
    const auto to = std::min(from + result.pageSize, result.matches.size());
    fhir::json::Writer writer;
    writer.beginObject().member("resourceType", "Bundle").member("id", fhir::randomUuid());
    writer.key("meta").beginObject();
    writer.member("lastUpdated", fhir::toFhirInstant(now)).endObject();
    writer.member("type", "searchset");
    writer.member("total", static_cast<std::int64_t>(result.matches.size()));
    writer.key("link").beginArray();
    writeLink(writer, "self", self);
    if (!token.empty() && to < result.matches.size()) writeLink(writer, "next", address(token, to));
    writer.endArray();
    if (from < to) {
        std::set<std::string> there;
        writer.key("entry").beginArray();
        for (auto i = from; i < to; ++i) {
            there.insert(result.matches[i]->reference());
            writeEntry(writer, base_, *result.matches[i], "match");
        }
        for (auto i = from; i < to; ++i)
            for (const auto& value : result.matches[i]->index) {
                if (std::find(result.includes.begin(), result.includes.end(), value.parameter) ==
                    result.includes.end())
                    continue;
                const auto parts = fhir::parseReference(value.text);
                const auto included = parts ? store.find(parts->type, parts->id) : nullptr;
                if (included && there.insert(value.text).second)
                    writeEntry(writer, base_, *included, "include");
            }
        writer.endArray();
    }
    return writer.endObject().take();
}

}  // namespace adapters::simulator
