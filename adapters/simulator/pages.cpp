#include "adapters/simulator/pages.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "fhir/base/error.h"
#include "fhir/base/random.h"
#include "fhir/r4/datatypes.h"
#include "fhir/r4/operation_outcome.h"

namespace adapters::simulator {
namespace {

using fhir::Error;
using fhir::ErrorKind;

constexpr std::size_t kPageTokenBytes = 16;

void writeEntry(fhir::json::Writer& writer, const std::string& base, const Stored& stored,
                const char* mode) {
    writer.beginObject().member("fullUrl", base + "/" + stored.reference());
    writer.key("resource").raw(stored.text);
    writer.key("search").beginObject().member("mode", mode).endObject();
    writer.endObject();
}

/// What some servers put among the entries of a search (R4, search.entry.mode "outcome").
void writeOutcome(fhir::json::Writer& writer, bool isEmpty) {
    writer.beginObject().key("resource");
    writer.raw(
        isEmpty ? fhir::OperationOutcome::oneIssue("warning", "not-found", "No results were found.")
                : fhir::OperationOutcome::oneIssue(
                      "warning", "suppressed",
                      "The client is not authorized for some of what belongs to this."));
    writer.key("search").beginObject().member("mode", "outcome").endObject();
    writer.endObject();
}

void writeLink(fhir::json::Writer& writer, const char* relation, const std::string& url) {
    writer.beginObject().member("relation", relation).member("url", url).endObject();
}

}  // namespace

std::string Pages::address(const Result& result, const std::string& token, std::size_t from) const {
    return base_ + (paging_.atType ? "/" + result.type : "") + "?" + std::string(paging_.before) +
           std::string(paging_.parameter) + "=" + std::string(paging_.prefix) + token + "." +
           std::to_string(from);
}

std::string Pages::first(const Search& search, const Store& store, fhir::Instant now) {
    Result result{search.run(store), search.includes, static_cast<std::size_t>(search.count),
                  search.countAsked, std::string(search.definition->type)};
    const auto query = search.understood.text();
    const auto self = base_ + "/" + result.type + (query.empty() ? "" : "?" + query);
    if (result.pageSize == 0 || result.matches.size() <= result.pageSize)
        return page(result, 0, "", self, store, now);
    const auto token = fhir::randomToken(kPageTokenBytes);
    if (oldest_.size() >= kSearchesMax) {
        results_.erase(oldest_.front());
        oldest_.pop_front();
    }
    oldest_.push_back(token);
    const auto& kept = results_[token] = std::move(result);
    return page(kept, 0, token, self, store, now);
}

std::string Pages::next(const fhir::Query& query, const Store& store, fhir::Instant now) {
    const auto text = query.find(paging_.parameter).value_or("");
    const auto dot = std::min(text.rfind('.'), text.size());
    std::size_t from = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, fault] =
        std::from_chars(text.data() + std::min(dot + 1, text.size()), end, from);
    if (!text.starts_with(paging_.prefix) || fault != std::errc() || stop != end)
        throw Error(ErrorKind::InvalidInput, "this is no address of a page of this server");
    const auto token = text.substr(paging_.prefix.size(), dot - paging_.prefix.size());
    const auto result = results_.find(token);
    if (result == results_.end() || from >= result->second.matches.size())
        throw Error(ErrorKind::NotFound, "this page is gone; search again").withStatus(410);
    return page(result->second, from, token, address(result->second, token, from), store, now);
}

void Pages::writeEntries(fhir::json::Writer& writer, const Result& result, std::size_t from,
                         std::size_t to, const Store& store) const {
    std::set<std::string> there;
    const auto first = paging_.repeatsLast && from > 0 ? from - 1 : from;
    for (auto i = first; i < to; ++i) {
        there.insert(result.matches[i]->reference());
        writeEntry(writer, base_, *result.matches[i], "match");
    }
    for (auto i = first; i < to; ++i)
        for (const auto& value : result.matches[i]->index) {
            if (std::find(result.includes.begin(), result.includes.end(), value.parameter) ==
                result.includes.end())
                continue;
            const auto parts = fhir::parseReference(value.text);
            const auto included = parts ? store.find(parts->type, parts->id) : nullptr;
            if (included && there.insert(value.text).second)
                writeEntry(writer, base_, *included, "include");
        }
    if (bundles_.outcomeEntry) writeOutcome(writer, result.matches.empty());
}

std::string Pages::page(const Result& result, std::size_t from, const std::string& token,
                        const std::string& self, const Store& store, fhir::Instant now) const {
    const auto to = std::min(from + result.pageSize, result.matches.size());
    fhir::json::Writer writer;
    writer.beginObject();
    if (!bundles_.resourceTypeLast) writer.member("resourceType", "Bundle");
    writer.member("id", fhir::randomUuid());
    writer.key("meta").beginObject();
    writer.member("lastUpdated", fhir::toFhirInstant(now)).endObject();
    writer.member("type", "searchset");
    const bool isOfPage =
        result.pageSize > 0 &&
        (paging_.total == Paging::Total::OfPage ||
         (paging_.total == Paging::Total::OfPageWhereCounted && result.countAsked));
    const auto total = isOfPage ? to - from : result.matches.size();
    if (paging_.total != Paging::Total::Absent || result.pageSize == 0)
        writer.member("total", static_cast<std::int64_t>(total));
    writer.key("link").beginArray();
    writeLink(writer, "self", self);
    if (!token.empty() && to < result.matches.size())
        writeLink(writer, "next", address(result, token, to));
    writer.endArray();
    if (from < to || bundles_.outcomeEntry) {
        writer.key("entry").beginArray();
        writeEntries(writer, result, from, to, store);
        writer.endArray();
    }
    if (bundles_.resourceTypeLast) writer.member("resourceType", "Bundle");
    return writer.endObject().take();
}

}  // namespace adapters::simulator
