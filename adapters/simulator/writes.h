#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "fhir/base/json.h"

namespace adapters::simulator {

/// What was accepted for one identifier of one type.
struct Write {
    std::string type;
    std::string identifier;          ///< "system|value"; "" if the resources have none
    std::size_t created = 0;         ///< resources created: more than one means duplicates
    std::size_t updated = 0;         ///< updates of them
    std::size_t removed = 0;         ///< deletions of them
    std::vector<std::string> where;  ///< "Observation/1001", in the order of creation
};

/// The simulator's own record of accepted writes, made from the requests: it does not depend on
/// what is later shown as FHIR, nor on whether the answer arrived. Synchronised.
class Writes {
public:
    void created(const std::string& type, const fhir::json::Value& body, const std::string& where);
    void updated(const std::string& type, const fhir::json::Value& body, const std::string& where);
    void removed(const std::string& type, const fhir::json::Value& body);
    /// By type and identifier.
    std::vector<Write> all() const;
    /// {"total": resources made, "writes": [{type, identifier, created, updated, removed, where}]}
    std::string toJson() const;

private:
    Write& of(const std::string& type, const fhir::json::Value& body);

    mutable std::mutex mutex_;
    std::map<std::pair<std::string, std::string>, Write> writes_;
};

}  // namespace adapters::simulator
