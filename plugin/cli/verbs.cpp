#include "plugin/cli/verbs.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "fhir/base/error.h"
#include "plugin/cli/help_texts.h"

namespace plugin::cli {
namespace {

struct Verb {
    std::string_view name;
    int (*run)(const Words&);
};

constexpr std::array<Verb, 14> kVerbs{{{"demo", demo},
                                       {"serve", serve},
                                       {"simulate", simulate},
                                       {"check", check},
                                       {"pull", pull},
                                       {"export", exportStatements},
                                       {"push", push},
                                       {"config", config},
                                       {"cards", cards},
                                       {"outbox", outbox},
                                       {"merges", merges},
                                       {"audit", audit},
                                       {"keys", keys},
                                       {"store", store}}};

bool asksForHelp(const Words& words) {
    return std::any_of(words.begin(), words.end(),
                       [](const auto& word) { return word == "--help" || word == "-h"; });
}

}  // namespace

std::string_view help(std::string_view verb) {
    const auto* file = fhir::findFile(help_texts::files(), std::string(verb) + ".txt");
    return file == nullptr ? std::string_view() : file->content;
}

void printLine(const std::string& line) {
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
}

void tell(const std::string& message) {
    std::fprintf(stderr, "%s\n", message.c_str());
}

int run(const Words& words) {
    try {
        const auto name = words.empty() ? std::string("help") : words.front();
        if (name == "help" || name == "--help" || name == "-h") {
            std::printf("%s", std::string(help("help")).c_str());
            return words.empty() ? fhir::exitCode(fhir::ErrorKind::InvalidInput) : 0;
        }
        const auto* verb = std::find_if(kVerbs.begin(), kVerbs.end(),
                                        [&](const Verb& one) { return one.name == name; });
        if (verb == kVerbs.end())
            throw fhir::Error(fhir::ErrorKind::InvalidInput,
                              "there is no verb \"" + name + "\"\nsee: whatmatters help");
        const Words rest(words.begin() + 1, words.end());
        if (asksForHelp(rest)) {
            std::printf("%s", std::string(help(name)).c_str());
            return 0;
        }
        return verb->run(rest);
    } catch (const fhir::Error& error) {
        const auto place = error.path().empty() ? "" : error.path() + ": ";
        tell("whatmatters: " + place + error.what());
        return fhir::exitCode(error.kind());
    } catch (const std::exception&) {
        tell("whatmatters: a fault of this program; please report what you typed");
        return fhir::exitCode(fhir::ErrorKind::Internal);
    }
}

}  // namespace plugin::cli
