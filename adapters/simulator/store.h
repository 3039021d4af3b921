#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "adapters/simulator/definitions.h"
#include "fhir/base/clock.h"
#include "fhir/base/json.h"

namespace adapters::simulator {

/// One value that a search parameter finds in a resource.
struct IndexValue {
    const Parameter* parameter;
    std::string system;                  ///< of a token; "" if it has none
    std::string text;                    ///< code, value, "Type/id", or words in lower case
    fhir::Instant earliest{}, latest{};  ///< of a date
};

/// A stored resource: its text, and what can be searched in it. Never changed.
struct Stored {
    std::string type, id, version;
    fhir::Instant updated;
    std::string text;
    std::vector<IndexValue> index;

    std::string reference() const { return type + "/" + id; }
};
using StoredPointer = std::shared_ptr<const Stored>;  // shared by the store and by open pages

/// Every resource of the server. Not synchronised: Simulator::State locks around it.
class Store {
public:
    static constexpr std::size_t kResourcesMax = 200'000;

    /// `meta`: whether the text of a resource has its version and time.
    explicit Store(std::string base, bool meta = true) : base_(std::move(base)), meta_(meta) {}

    /// Adds version 1 of a resource; `body` is the resource with or without id and meta.
    /// Throws Error{Refused} with status 507 when the server is full.
    StoredPointer add(const Definition& definition, const std::string& id,
                      const fhir::json::Value& body, fhir::Instant updated);
    /// Replaces `before` by the next version of the resource. Throws as `add` does.
    StoredPointer replace(const Definition& definition, const Stored& before,
                          const fhir::json::Value& body, fhir::Instant updated);
    /// Removes a resource; its versions can still be found.
    void remove(const Stored& stored);
    StoredPointer find(std::string_view type, std::string_view id) const;
    bool wasRemoved(std::string_view type, std::string_view id) const;
    StoredPointer findVersion(std::string_view type, std::string_view id,
                              std::string_view version) const;
    /// All of a type in the order of their creation.
    const std::vector<StoredPointer>& all(std::string_view type) const;
    /// The resources of a type that have, or had in an earlier version, an identifier with this
    /// value, whatever its system; current versions, in the order of their creation. For
    /// If-None-Exist.
    std::vector<StoredPointer> identified(std::string_view type, std::string_view value) const;
    /// An id that no resource of this server has.
    std::string nextId();

private:
    StoredPointer make(const Definition& definition, const std::string& id,
                       const std::string& version, const fhir::json::Value& body,
                       fhir::Instant updated);

    std::string base_;
    bool meta_;
    std::size_t count_ = 0;
    std::uint64_t lastId_ = 1000;
    std::map<std::string, std::vector<StoredPointer>, std::less<>> byType_;
    std::map<std::string, StoredPointer, std::less<>> byReference_;
    std::unordered_map<std::string, std::vector<std::string>> byIdentifier_;  // "Type|value"
    std::map<std::string, StoredPointer, std::less<>> earlier_;               // "Type/id/version"
    std::set<std::string, std::less<>> removed_;                              // "Type/id"
};

/// "Type/id" of a reference to this server, without version; "" for any other server.
std::string ownReference(std::string_view reference, const std::string& base);

/// ASCII letters in lower case: how names are compared.
std::string lowered(std::string_view text);

}  // namespace adapters::simulator
