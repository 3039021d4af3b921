#include <algorithm>
#include <set>
#include <unordered_set>

#include "fhir/client/client.h"
#include "fhir/client/links.h"
#include "fhir/client/patient_filter.h"
#include "fhir/client/reply.h"
#include "fhir/client/self_link.h"
#include "fhir/r4/operation_outcome.h"
#include "fhir/r4/resource_issue.h"

namespace fhir {
namespace {

/// What tells an entry from the others, its version included; "" where it has no id. The same
/// resource may be a match on one page and come along on another.
std::string identityOf(const BundleEntry& entry) {
    if (entry.id.empty()) return {};
    json::Wanted wanted;
    const auto meta = wanted.object(entry.resource, "meta");
    const auto version = meta ? wanted.string(*meta, "versionId").value_or("") : "";
    return entry.mode + " " + entry.resourceType + "/" + entry.id + "/" + version;
}

/// Gives the entries of the pages of one search, each once, and notes what cannot be read.
class EntryGiver {
public:
    EntryGiver(std::string step, std::size_t entriesMax, const ServerAddress& server,
               const PatientFilter& filter, const std::function<void(const BundleEntry&)>& onMatch,
               const std::function<void(const BundleEntry&)>& onInclude, SearchOutcome& outcome)
        : step_(std::move(step)),
          entriesMax_(entriesMax),
          server_(server),
          filter_(filter),
          onMatch_(onMatch),
          onInclude_(onInclude),
          outcome_(outcome) {}

    void take(const BundleEntry& entry) {
        count(1);
        if (server_.isElsewhere(entry)) return leaveElsewhere(entry);
        try {
            give(entry);
            for (const auto& one : entry.wanted.problems())
                outcome_.issues.push_back(issueOfElement(entry.resource, one, server_));
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::InvalidInput) throw;
            auto issue = issueOfResource(entry.resource, error, server_);
            if (issue.resource.empty())
                issue.text = page() + ", entry " + std::to_string(entry.index) +
                             " cannot be read: " + error.path() + " " + error.what();
            outcome_.issues.push_back(std::move(issue));
        }
    }

    void endPage(const Bundle& bundle) {
        for (const auto& issue : bundle.issue)
            outcome_.issues.push_back(
                {issue.path, page() + " cannot be read at " + issue.path + ": " + issue.text});
        count(bundle.issue.size());
    }

    /// What was given stays given.
    void restart() noexcept { entries_ = 0; }

    /// Says in one line what was left out because it is another server's.
    void endSearch() {
        if (outcome_.elsewhere == 0) return;
        outcome_.issues.push_back(
            {elsewherePath_,
             step_ + ": " + std::to_string(outcome_.elsewhere) + " of the results are at " +
                 elsewhereAt_ +
                 " by their fullUrl, another server than this FHIR base; they were left out. If "
                 "it is this EHR under another name, name its base under linkAliases"});
    }

    /// Matches that were left out because they are about nobody who was asked for.
    std::size_t foreign() const noexcept { return foreign_; }

private:
    /// What stands in it is about people of that server, whose ids here are other people's.
    void leaveElsewhere(const BundleEntry& entry) {
        if (outcome_.elsewhere++ != 0) return;
        elsewherePath_ = "/entry/" + std::to_string(entry.index) + "/fullUrl";
        try {
            elsewhereAt_ = Url::parse(*entry.fullUrl).origin();
        } catch (const Error&) {
            elsewhereAt_ = "what is no usable address";
        }
    }

    std::string page() const { return "page " + std::to_string(outcome_.pages); }

    void count(std::size_t entries) {
        entries_ += entries;
        if (entries_ > entriesMax_)
            throw Error(ErrorKind::BadReply, step_ + ": more than " + std::to_string(entriesMax_) +
                                                 " entries; narrow the search");
    }

    /// What the server could not do is an issue; what it says beside its answer is none.
    void takeRemark(const OperationOutcome& said) {
        auto codes = said.summary();
        if (said.hasError() || said.issue.empty()) {
            outcome_.issues.push_back({"", "the server remarked: " + codes});
            return;
        }
        auto& remarks = outcome_.remarks;
        if (std::find(remarks.begin(), remarks.end(), codes) == remarks.end())
            remarks.push_back(std::move(codes));
    }

    void give(const BundleEntry& entry) {
        if (entry.mode == "outcome") {
            takeRemark(entry.read<OperationOutcome>());
            return;
        }
        const auto identity = identityOf(entry);
        if (!identity.empty() && !given_.insert(identity).second) return;
        if (!filter_.lets(entry)) {
            ++foreign_;
            return;
        }
        const bool apart = entry.mode == "include" && onInclude_;
        (apart ? onInclude_ : onMatch_)(entry);
    }

    const std::string step_;
    const std::size_t entriesMax_;
    const ServerAddress& server_;
    const PatientFilter& filter_;
    const std::function<void(const BundleEntry&)>& onMatch_;
    const std::function<void(const BundleEntry&)>& onInclude_;
    SearchOutcome& outcome_;
    std::unordered_set<std::string> given_;
    std::size_t entries_ = 0;
    std::size_t foreign_ = 0;
    std::string elsewherePath_, elsewhereAt_;  ///< of the first
};

/// Where the server does not say what it filtered by: nobody can be sure of a filter but of that
/// by patient, which is checked here.
PatientFilter uncertain(std::string_view type, const Query& asked, const Client& client,
                        SearchOutcome& outcome) {
    if (client.options().selfLinkNamesParameters) return {type, {}, {}};
    PatientFilter filter(type, asked, client.server());
    for (auto& name : filtersOf(asked))
        if (filter.names().count(name) == 0) outcome.ignored.push_back(std::move(name));
    return filter;
}

/// What the server did not filter by goes into the outcome; a patient's data must not be mixed up
/// with everybody's.
void checkFilters(const std::string& step, std::string_view type, const Query& asked,
                  const Bundle& bundle, const Url& from, SearchOutcome& outcome) {
    if (!bundle.self) return;
    outcome.ignored = droppedFilters(type, asked, *bundle.self, from);
    for (const auto& name : outcome.ignored)
        if (isPatientFilter(type, name))
            throw Error(ErrorKind::Refused, step + ": the server did not filter by " + name +
                                                ", as it says itself: its answer may hold other "
                                                "patients' data, and was not read");
}

}  // namespace

std::optional<Bundle> Client::findPage(const std::string& step, const Url& url,
                                       const SearchOptions& search, bool mayHaveExpired,
                                       BundleReader reader) const {
    auto request = freshGet(url);
    if (search.strict) request.headers.set("Prefer", "handling=strict");
    auto response = exchange(step, request);
    if (mayHaveExpired && (response.status == 404 || response.status == 410)) return std::nullopt;
    if (response.status != 200) throw errorFromReply(step, response);
    const auto document = jsonFromReply(
        step, std::move(response), [&](std::string text) { return reader.parse(std::move(text)); });
    refuseOutcome(step, document.root());
    return asReply(step, [&] { return reader.finish(document.root()); });
}

SearchOutcome Client::search(std::string_view type, const Query& query,
                             const std::function<void(const BundleEntry&)>& onMatch,
                             const SearchOptions& search) const {
    const auto step = "search " + std::string(type);
    const auto refuse = [&](const std::string& why) {
        throw Error(ErrorKind::BadReply, step + ": " + why);
    };
    const auto first = urlOf(type, query);
    SearchOutcome outcome;
    const auto filter = uncertain(type, query, *this, outcome);
    EntryGiver giver(step, options_.entriesMax, server_, filter, onMatch, search.onInclude,
                     outcome);
    std::set<std::string> seen;
    for (auto url = first;;) {
        if (!seen.insert(url.text()).second) refuse("the next links run in a circle");
        const auto onHead = [&](const Bundle& head) {
            if (outcome.pages++ == 0 && options_.selfLinkNamesParameters)
                checkFilters(step, type, query, head, url, outcome);
        };
        const auto onEntry = [&](const BundleEntry& entry) { giver.take(entry); };
        const auto bundle = findPage(step, url, search, seen.size() > 1, {onHead, onEntry});
        if (!bundle) {
            if (outcome.restarted) refuse("its pages expire faster than they can be read");
            outcome.restarted = true;
            giver.restart();
            seen.clear();
            url = first;
            continue;
        }
        giver.endPage(*bundle);
        if (!bundle->next) break;
        if (outcome.pages >= options_.pagesMax)
            refuse("more than " + std::to_string(options_.pagesMax) + " pages; narrow the search");
        url = followed(*bundle->next, url, server_, step + ": the next page");
    }
    giver.endSearch();
    if (giver.foreign() != 0)
        outcome.issues.push_back(
            {"", step + ": " + std::to_string(giver.foreign()) +
                     " of the results were not about the patients asked for; they were left out"});
    for (const auto& codes : outcome.remarks) remarks_->tell(step, codes, options_.clock.steady());
    return outcome;
}

}  // namespace fhir
