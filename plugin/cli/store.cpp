#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <unistd.h>

#include "fhir/base/error.h"
#include "plugin/cli/arguments.h"
#include "plugin/cli/verbs.h"
#include "plugin/service/maintenance.h"
#include "plugin/settings/settings.h"
#include "plugin/store/backup.h"
#include "plugin/store/tables/ward_table.h"

namespace plugin::cli {
namespace {

using fhir::Error;
using fhir::ErrorKind;

int backup(const Words& words) {
    const auto arguments = Arguments::parse(
        {"store backup", {configOption(), {.name = "to", .required = true}}, {}}, words);
    const auto settings = loadSettings(arguments.at("config"));
    const auto opened = service::openDatabase(settings.store);
    auto& database = *opened;
    const auto& path = arguments.at("to");
    // Made by us, for its owner alone: an older backup is never overwritten by half a new one.
    const int made = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (made < 0)
        throw Error(ErrorKind::InvalidInput,
                    "the file " + path + " cannot be made, or is there already");
    ::close(made);
    std::ofstream file(path, std::ios::binary);
    const auto rows = ::plugin::store::backUp(database, file);
    tell(std::to_string(rows) + " rows. Keep the master keys elsewhere: without them it is noise.");
    return 0;
}

int restore(const Words& words) {
    const auto arguments = Arguments::parse(
        {"store restore", {configOption(), {.name = "from", .required = true}}, {}}, words);
    const auto settings = loadSettings(arguments.at("config"));
    std::ifstream file(arguments.at("from"), std::ios::binary);
    if (!file)
        throw Error(ErrorKind::InvalidInput,
                    "the file " + arguments.at("from") + " cannot be read");
    const auto opened = service::openDatabase(settings.store);
    auto& database = *opened;
    tell(std::to_string(::plugin::store::restore(database, file)) + " rows.");
    return 0;
}

int rotateKey(const Words& words) {
    const auto arguments = Arguments::parse({"store rotate-key", {configOption()}, {}}, words);
    const auto settings = loadSettings(arguments.at("config"));
    const auto opened = service::openDatabase(settings.store);
    auto& database = *opened;
    const auto key = database.vault().makeDataKey(std::chrono::system_clock::now());
    const auto rows = service::resealAll(database);
    tell("The data key is now " + key + "; " + std::to_string(rows) + " rows were sealed anew.");
    return 0;
}

int prune(const Words& words) {
    const auto arguments = Arguments::parse({"store prune", {configOption()}, {}}, words);
    const auto settings = loadSettings(arguments.at("config"));
    const auto opened = service::openDatabase(settings.store);
    auto& database = *opened;
    const auto done =
        service::maintain(database, settings.store.retention, std::chrono::system_clock::now());
    tell(std::to_string(done.statements) + " statements and " + std::to_string(done.entries) +
         " entries deleted.");
    return 0;
}

int forgetWards(const Words& words) {
    const auto arguments = Arguments::parse({"store forget-wards", {configOption()}, {}}, words);
    const auto settings = loadSettings(arguments.at("config"));
    const auto opened = service::openDatabase(settings.store);
    auto& database = *opened;
    ::plugin::store::WardTable(database).forget();
    tell("The lists of all units are empty; the service reads each again when it is due.");
    return 0;
}

}  // namespace

int store(const Words& words) {
    const auto what = words.empty() ? std::string() : words.front();
    const Words rest(words.begin() + (words.empty() ? 0 : 1), words.end());
    if (what == "backup") return backup(rest);
    if (what == "restore") return restore(rest);
    if (what == "rotate-key") return rotateKey(rest);
    if (what == "prune") return prune(rest);
    if (what == "forget-wards") return forgetWards(rest);
    throw Error(ErrorKind::InvalidInput,
                "store must be followed by backup, restore, rotate-key, prune or forget-wards\n"
                "see: whatmatters store --help");
}

}  // namespace plugin::cli
