#include "plugin/cli/arguments.h"

#include <CLI/CLI.hpp>
#include <charconv>

#include "fhir/base/error.h"
#include "fhir/r4/datatypes.h"

namespace plugin::cli {
namespace {

[[noreturn]] void refuse(const std::string& what) {
    throw fhir::Error(fhir::ErrorKind::InvalidInput, what);
}

}  // namespace

Arguments Arguments::parse(const Grammar& grammar, const std::vector<std::string>& words) {
    CLI::App app;
    app.set_help_flag();
    std::map<std::string, std::string> values;
    std::map<std::string, bool> flags;
    Arguments arguments;
    for (const auto& option : grammar.options) {
        const auto name = "--" + option.name;
        if (option.takes == Option::Takes::Nothing)
            app.add_flag(name, flags[option.name]);
        else if (option.takes == Option::Takes::Values)
            app.add_option(name, arguments.lists_[option.name])->required(option.required);
        else
            app.add_option(name, values[option.name])->required(option.required);
    }
    for (const auto& name : grammar.positionals) app.add_option(name, values[name])->required();
    try {
        app.parse(
            std::vector<std::string>(words.rbegin(), words.rend()));  // CLI11 wants the last first
    } catch (const CLI::ParseError& error) {
        refuse(std::string(error.what()) + "\nsee: whatmatters " + grammar.verb + " --help");
    }
    for (auto& [name, value] : values) {
        const auto* option = app.get_option_no_throw("--" + name);
        if (option == nullptr) option = app.get_option_no_throw(name);
        if (option != nullptr && option->count() > 0)
            arguments.values_.emplace(name, std::move(value));
    }
    for (const auto& [name, given] : flags)
        if (given) arguments.values_.emplace(name, "");
    return arguments;
}

std::optional<std::string> Arguments::find(std::string_view name) const {
    const auto found = values_.find(std::string(name));
    return found == values_.end() ? std::nullopt : std::optional(found->second);
}

const std::vector<std::string>& Arguments::all(std::string_view name) const {
    static const std::vector<std::string> kNone;
    const auto found = lists_.find(name);
    return found == lists_.end() ? kNone : found->second;
}

std::string Arguments::id(std::string_view name, std::string_view type) const {
    const auto& text = at(name);
    const auto prefix = std::string(type) + "/";
    auto id = text.starts_with(prefix) ? text.substr(prefix.size()) : text;
    if (!fhir::isId(id))
        refuse("--" + std::string(name) + " must be the id of a resource of type " +
               std::string(type) + ", such as \"2\" or \"" + prefix + "2\"");
    return id;
}

long Arguments::number(std::string_view name, long otherwise, long min, long max) const {
    const auto text = find(name);
    if (!text) return otherwise;
    long value = 0;
    const auto* end = text->data() + text->size();
    const auto [stop, fault] = std::from_chars(text->data(), end, value);
    if (fault != std::errc() || stop != end || value < min || value > max)
        refuse("--" + std::string(name) + " must be a whole number from " + std::to_string(min) +
               " to " + std::to_string(max));
    return value;
}

const Option& configOption() {
    static const Option option{.name = "config", .required = true};
    return option;
}

const Option& jsonOption() {
    static const Option option{.name = "json", .takes = Option::Takes::Nothing};
    return option;
}

}  // namespace plugin::cli
