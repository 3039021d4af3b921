#pragma once

#include "fhir/r4/datatypes.h"

namespace fhir {

/// The elements of Group that the product reads: a ward's patients.
/// https://hl7.org/fhir/R4/group.html
struct Group {
    static constexpr std::string_view resourceType = "Group";

    struct Member {
        Reference entity;
        std::optional<Period> period;
        bool inactive = false;

        static Member fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
        bool operator==(const Member&) const = default;
    };

    std::string id;
    std::vector<Member> member;

    static Group fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
    bool operator==(const Group&) const = default;
};

}  // namespace fhir
