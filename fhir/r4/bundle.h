#pragma once

#include <functional>

#include "fhir/base/error.h"
#include "fhir/r4/datatypes.h"

namespace fhir {

/// One entry of a Bundle. `resource` is a view into the document that the bundle was read from.
struct BundleEntry {
    std::optional<std::string> fullUrl;
    std::string mode = "match";  ///< search.mode: match | include | outcome
    std::string resourceType;    ///< "" where the resource has none that can be read
    std::string id;              ///< "" where there is none
    json::Value resource;
    std::size_t index = 0;  ///< its place in the bundle, for error texts
};

/// What became of one entry of a transaction or batch, or one version of a history. The views are
/// into the document that the bundle was read from.
struct BundleResult {
    std::size_t index = 0;  ///< its place in the bundle: that of the request which it answers
    int status = 0;         ///< HTTP status; 0 where it cannot be told
    std::optional<std::string> location, etag, lastModified;  ///< as sent
    std::optional<json::Value> outcome;                       ///< an OperationOutcome
    std::optional<json::Value> resource;
    /// history: what was done to the resource, "DELETE" and "Patient/1"
    std::optional<std::string> method, url;
    std::optional<std::string> fullUrl;
};

/// A Bundle as a server answers with; its `total` is not read: servers count pages, matches or
/// nothing there (vendors.md, section 1.2). https://hl7.org/fhir/R4/bundle.html
struct Bundle {
    static constexpr std::string_view resourceType = "Bundle";

    std::string type;
    std::optional<std::string> next, self;  ///< link relations, as sent
    std::vector<BundleEntry> entry;         ///< entries without a resource are left out
    /// Of a transaction-response, batch-response or history: every entry that can be read.
    std::vector<BundleResult> result{};
    /// Entries that cannot be read at all, each with its path; they are not in `entry`.
    std::vector<Issue> issue{};

    static Bundle fromJson(const json::Value& json);

    /// Reads a bundle from its text in one pass: `onEntry` is given each entry in its order while
    /// it is hot, valid during the call only; `entry` and `result` of what is returned are empty.
    /// Throws as json::Document::parse and `fromJson` do, also after entries were given: then what
    /// they filled is to be thrown away. Exceptions of `onEntry` pass through.
    static Bundle read(std::string text, const std::function<void(const BundleEntry&)>& onEntry,
                       const json::Limits& limits = {});
};

/// Reads a search's bundle in one pass, and nothing of it before its links are known.
class BundleReader {
public:
    using OnHead = std::function<void(const Bundle&)>;
    using OnEntry = std::function<void(const BundleEntry&)>;

    /// `onHead` is given the bundle's type and links once, before the entries. Where they stand
    /// before the entries in the text, as R4 has it, each entry is given while the rest is still
    /// to be read; else when all is.
    BundleReader(OnHead onHead, OnEntry onEntry)
        : onHead_(std::move(onHead)), onEntry_(std::move(onEntry)) {}

    /// The text without the entries that were given. Throws as json::Document::parse does; what
    /// the two functions throw passes through.
    json::Document parse(std::string text, const json::Limits& limits = {});
    /// Gives what was not given yet; the bundle, without entries. Throws as Bundle::fromJson does.
    Bundle finish(const json::Value& rest);

private:
    bool begins(const json::Value& before);
    void take(const json::Value& element);

    OnHead onHead_;
    OnEntry onEntry_;
    std::vector<Issue> issue_;
    std::size_t index_ = 0;
    bool isGiven_ = false;
};

}  // namespace fhir
