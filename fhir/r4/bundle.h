#pragma once

#include <functional>

#include "fhir/base/error.h"
#include "fhir/r4/datatypes.h"

namespace fhir {

/// One entry of a Bundle. `resource` is a view into the document that the bundle was read from.
struct BundleEntry {
    std::optional<std::string> fullUrl;
    std::string mode = "match";  ///< search.mode: match | include | outcome
    std::string resourceType;    ///< "" if the resource has none that can be read
    std::string id;              ///< "" if there is none
    json::Value resource;
    std::size_t index = 0;          ///< position in the bundle, for error texts
    mutable json::Wanted wanted{};  ///< has what `read` left out

    /// Reads the resource, of which each element costs only itself. Throws Error{InvalidInput} if
    /// one that is needed cannot be read.
    template <class Resource>
    Resource read() const {
        return Resource::fromJson(resource, wanted);
    }
    /// Whether `read` left out something of an element: "/item".
    bool isLeftOut(std::string_view element) const {
        return !wanted.problems().empty() &&
               wanted.isLeftOut(resource.path() + std::string(element));
    }
};

/// The result of one entry of a transaction or batch, or one version of a history. The views point
/// into the document that the bundle was read from.
struct BundleResult {
    std::size_t index = 0;  ///< position in the bundle, the same as that of its request
    int status = 0;         ///< HTTP status; 0 if it cannot be read
    std::optional<std::string> location, etag, lastModified;  ///< as sent
    std::optional<json::Value> outcome;                       ///< an OperationOutcome
    std::optional<json::Value> resource;
    /// history: what was done to the resource, "DELETE" and "Patient/1"
    std::optional<std::string> method, url;
    std::optional<std::string> fullUrl;
};

/// A Bundle from a server. Its `total` is not read: some servers count pages in it, some matches,
/// some nothing (vendors.md, section 1.2). https://hl7.org/fhir/R4/bundle.html
struct Bundle {
    static constexpr std::string_view resourceType = "Bundle";

    std::string type;
    std::optional<std::string> next, self;  ///< link relations, as sent
    std::vector<BundleEntry> entry;         ///< entries without a resource are left out
    /// Of a transaction-response, batch-response or history: every entry that can be read.
    std::vector<BundleResult> result{};
    /// Entries that cannot be read, each with its path; they are not in `entry`.
    std::vector<Issue> issue{};

    static Bundle fromJson(const json::Value& json);

    /// Reads a bundle from its text in one pass: `onEntry` gets each entry in order as soon as it
    /// is parsed, valid during the call only; `entry` and `result` of the returned bundle are
    /// empty. Throws as json::Document::parse and `fromJson` do, also after entries were given: the
    /// caller must then discard them. Exceptions of `onEntry` pass through.
    static Bundle read(std::string text, const std::function<void(const BundleEntry&)>& onEntry,
                       const json::Limits& limits = {});
};

/// Reads the bundle of a search in one pass; gives no entry before the links are known.
class BundleReader {
public:
    using OnHead = std::function<void(const Bundle&)>;
    using OnEntry = std::function<void(const BundleEntry&)>;

    /// `onHead` gets the bundle's type and links once, before the entries. If they precede the
    /// entries in the text, as in R4's order, each entry is given as soon as it is parsed; else all
    /// entries are given at the end.
    BundleReader(OnHead onHead, OnEntry onEntry)
        : onHead_(std::move(onHead)), onEntry_(std::move(onEntry)) {}

    /// Parses the text; returns it without the entries that were given. Throws as
    /// json::Document::parse does; exceptions of the two functions pass through.
    json::Document parse(std::string text, const json::Limits& limits = {});
    /// Gives the entries not given yet; returns the bundle without entries. Throws as
    /// Bundle::fromJson does.
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
