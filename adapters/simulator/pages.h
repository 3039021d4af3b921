#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "adapters/simulator/search.h"

namespace adapters::simulator {

/// Results of searches with more than one page. The result of a search stays as it was when the
/// search ran; the oldest searches are dropped first. Not synchronised.
class Pages {
public:
    static constexpr std::size_t kSearchesMax = 200;

    Pages(std::string base, const Behaviour& behaviour)
        : base_(std::move(base)), paging_(behaviour.paging), bundles_(behaviour.bundles) {}

    /// The first page as a Bundle.
    std::string first(const Search& search, const Store& store, fhir::Instant now);
    /// The page that the paging parameter of one of our addresses names. Throws Error{NotFound}
    /// with status 410 if the search was dropped.
    std::string next(const fhir::Query& query, const Store& store, fhir::Instant now);

private:
    struct Result {
        std::vector<StoredPointer> matches;
        std::vector<const Parameter*> includes;
        std::size_t pageSize = 0;
        bool countAsked = false;
        std::string type;
    };
    std::string page(const Result& result, std::size_t from, const std::string& token,
                     const std::string& self, const Store& store, fhir::Instant now) const;
    std::string address(const Result& result, const std::string& token, std::size_t from) const;
    void writeEntries(fhir::json::Writer& writer, const Result& result, std::size_t from,
                      std::size_t to, const Store& store) const;

    std::string base_;
    const Paging& paging_;
    const Bundles& bundles_;
    std::map<std::string, Result> results_;
    std::deque<std::string> oldest_;
};

}  // namespace adapters::simulator
