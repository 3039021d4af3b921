#pragma once

#include "fhir/r4/datatypes.h"

namespace fhir {

/// The elements of Group that the product reads: a ward's patients, or a team.
/// https://hl7.org/fhir/R4/group.html
struct Group {
    static constexpr std::string_view resourceType = "Group";

    struct Member {
        Reference entity;
        std::optional<Period> period;
        bool inactive = false;

        static Member fromJson(const json::Value& json);
    };

    std::string id;
    std::vector<Identifier> identifier;
    std::optional<bool> active;
    std::string type;  ///< person | animal | practitioner | device | medication | substance
    bool actual = false;
    std::optional<CodeableConcept> code;
    std::optional<std::string> name;
    std::optional<std::int64_t> quantity;
    std::optional<Reference> managingEntity;
    std::vector<Member> member;

    static Group fromJson(const json::Value& json);
};

}  // namespace fhir
