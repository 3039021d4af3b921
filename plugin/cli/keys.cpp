#include "fhir/base/error.h"
#include "fhir/base/json.h"
#include "fhir/r4/date_time.h"
#include "plugin/cli/arguments.h"
#include "plugin/cli/verbs.h"
#include "plugin/keys/key_folder.h"
#include "plugin/settings/settings.h"

namespace plugin::cli {
namespace {

using fhir::Error;
using fhir::ErrorKind;

/// The folder that a configuration names. The rest of it may still be wrong: a connection that
/// signs with a key is, until there is one.
KeyFolder folderOf(const Arguments& arguments) {
    return KeyFolder(readKeysFolder(arguments.at("config")));
}

void print(const StoredKey& key, bool json) {
    const auto created = fhir::toFhirInstant(key.created);
    if (!json) {
        printLine(key.kid + "  " + std::string(fhir::smart::toString(key.algorithm)) + "  made " +
                  created + (key.retired ? "  retired " : "") +
                  (key.retired ? fhir::toFhirInstant(*key.retired) : ""));
        return;
    }
    fhir::json::Writer line;
    line.beginObject()
        .member("kid", key.kid)
        .member("algorithm", fhir::smart::toString(key.algorithm))
        .member("created", created);
    if (key.retired) line.member("retired", fhir::toFhirInstant(*key.retired));
    printLine(line.endObject().take());
}

int makeKey(const Words& words) {
    const auto arguments = Arguments::parse(
        {"keys new", {configOption(), {.name = "algorithm"}, jsonOption()}, {}}, words);
    const auto algorithm = fhir::smart::findAlgorithm(arguments.get("algorithm", "ES384"));
    if (!algorithm)
        throw Error(ErrorKind::InvalidInput,
                    "--algorithm must be RS256, RS384, RS512, ES256 or ES384");
    const auto folder = folderOf(arguments);
    const auto now = std::chrono::system_clock::now();
    const auto before = folder.signing(*algorithm, now);
    print(folder.make(*algorithm, now), arguments.has("json"));
    tell(before ? "Published at once; it signs from " +
                      fhir::toFhirInstant(now + KeyFolder::kPublishedBefore) + " on. Then retire " +
                      before->kid + "."
                : "It is the only one of its algorithm and signs at once.");
    return 0;
}

int listKeys(const Words& words) {
    const auto arguments =
        Arguments::parse({"keys list", {configOption(), jsonOption()}, {}}, words);
    const auto folder = folderOf(arguments);
    const auto keys = folder.list();
    for (const auto& key : keys) print(key, arguments.has("json"));
    if (keys.empty()) tell("There is no key in " + folder.path() + "; see: whatmatters keys new");
    return 0;
}

int retire(const Words& words) {
    const auto arguments = Arguments::parse({"keys retire", {configOption()}, {"KID"}}, words);
    folderOf(arguments).retire(arguments.at("KID"), std::chrono::system_clock::now());
    tell("Retired: it is neither published nor used any more.");
    return 0;
}

}  // namespace

int keys(const Words& words) {
    const auto what = words.empty() ? std::string() : words.front();
    const Words rest(words.begin() + (words.empty() ? 0 : 1), words.end());
    if (what == "new") return makeKey(rest);
    if (what == "list") return listKeys(rest);
    if (what == "retire") return retire(rest);
    throw Error(ErrorKind::InvalidInput,
                "keys must be followed by new, list or retire\nsee: whatmatters keys --help");
}

}  // namespace plugin::cli
