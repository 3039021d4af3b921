#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace faults {

/// An EHR that mixes its people up: the made-up ward, where each name and all words are marked with
/// the Patient id of whose they are, behind a server that lies. No lie is one that nobody could
/// tell: each answer says whose the words are, though not always where a reader would like it.
class Liar {
public:
    static constexpr int kPatients = 12;

    explicit Liar(std::uint64_t seed);
    ~Liar();
    Liar(const Liar&) = delete;
    Liar& operator=(const Liar&) = delete;

    std::string base() const;  ///< "http://127.0.0.1:8081/fhir"
    /// The ids of those on the ward.
    const std::vector<std::string>& patients() const;
    /// From now on it tells no lie, or lies again.
    void speakTruth(bool isTrue);
    /// How often each lie was told.
    std::map<std::string, int> told() const;

    static std::string markOf(const std::string& patient) { return "[[" + patient + "]]"; }
    /// Whose marks a text has, by their Patient ids.
    static std::vector<std::string> marksIn(const std::string& text);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace faults
