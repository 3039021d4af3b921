#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plugin::cli {

/// One `--option` of a verb. A flag has no value.
struct Option {
    enum class Takes { Value, Values, Nothing };  ///< Values: several, or the option several times
    std::string name;                             ///< without dashes
    Takes takes = Takes::Value;
    bool required = false;
};

/// What a verb understands: its options, and the names of its positional words, all of which must
/// be given.
struct Grammar {
    std::string verb;  ///< as typed: "push statement"
    std::vector<Option> options;
    std::vector<std::string> positionals;
};

/// The words after the verb, parsed by a grammar.
class Arguments {
public:
    /// Throws Error{InvalidInput} that says what is wrong and how to see the verb's help.
    static Arguments parse(const Grammar& grammar, const std::vector<std::string>& words);

    bool has(std::string_view name) const { return values_.count(std::string(name)) > 0; }
    /// An option or positional that the grammar requires.
    const std::string& at(std::string_view name) const { return values_.at(std::string(name)); }
    std::optional<std::string> find(std::string_view name) const;
    /// Everything given for an option that takes several values, in order.
    const std::vector<std::string>& all(std::string_view name) const;
    std::string get(std::string_view name, std::string otherwise) const {
        return find(name).value_or(std::move(otherwise));
    }
    /// The id of a resource, which may be given as a reference as well: "2", "Patient/2". Throws
    /// Error{InvalidInput} if it is neither.
    std::string id(std::string_view name, std::string_view type) const;
    /// A whole number from `min` to `max`. Throws Error{InvalidInput}.
    long number(std::string_view name, long otherwise, long min, long max) const;

private:
    std::map<std::string, std::string> values_;
    std::map<std::string, std::vector<std::string>, std::less<>> lists_;
};

/// `--config FILE`, which every verb that works on a site needs.
const Option& configOption();
/// `--json`: one JSON object per line on standard output.
const Option& jsonOption();

}  // namespace plugin::cli
