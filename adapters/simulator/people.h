#pragma once

#include <optional>
#include <string>
#include <vector>

namespace adapters::simulator {

/// What a made-up person said. People and their words are in people.json, which explains each
/// field.
struct Saying {
    std::string aspect, text, language, absent, method, note;
    std::string others;  ///< "code" or "category": entered by the hospital, with only that
    int days = 1;        ///< ago
    std::optional<int> hour;
    std::optional<std::size_t> by;  ///< index of the relative who spoke
    bool retracted = false, keepToTeam = false;
};

struct Relative {
    std::string name, relationship;  ///< a code of v3-RoleCode
};

struct Person {
    std::vector<std::string> given, prefix;
    std::string family, text, usual, gender, language;
    int age = 0;
    std::vector<Relative> relatives;
    int stayDays = 1;
    std::string status;  ///< Encounter.status
    std::optional<int> movedDays, beforeDays;
    std::vector<Saying> said;
};

/// Names of one language, for hospitals larger than the ward.
struct Names {
    std::string language, between;
    std::vector<std::string> given, family;
    bool familyFirst = false;
};

struct People {
    std::vector<Person> ward, elsewhere;
    std::vector<std::string> staff;  ///< names
    std::vector<Names> names;
};

/// Read once from the embedded file.
const People& people();

}  // namespace adapters::simulator
