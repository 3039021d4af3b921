#include "fhir/client/bulk_manifest.h"

#include "fhir/base/json_wanted.h"
#include "fhir/client/client.h"

namespace fhir {
namespace {

/// Below an alias it is asked for at the base, as any link is.
Url atBase(Url url, const Client& client) {
    if (auto there = client.server().atBase(url)) return *std::move(there);
    return url;
}

Url addressOf(const json::Value& element, const Url& status) {
    const auto text = element.text();
    try {
        return status.resolve(text);
    } catch (const Error&) {
        element.refuse("is no address that could be requested");
    }
}

/// Where the files are is needed; all else is wanted.
BulkManifest read(json::Wanted& wanted, const json::Value& root, const Url& status,
                  const Client& client, std::size_t filesMax) {
    static_cast<void>(root.object());
    BulkManifest manifest;
    manifest.transactionTime = wanted.string(root, "transactionTime").value_or("");
    manifest.requiresAccessToken = wanted.flag(root, "requiresAccessToken");
    if (!root.find("requiresAccessToken")) manifest.requiresAccessToken = false;
    if (root.find("output"))
        static_cast<void>(root.at("output").array());
    else
        manifest.issues.push_back(
            {"/output", "the manifest: /output is missing: it names no file to read"});
    const auto files = [&](const json::Name& name) {
        auto found = wanted.list(root, name, [&](const json::Value& file) {
            auto url = atBase(addressOf(file.at("url"), status), client);
            return BulkFile{checkedFile(std::move(url), client.options().base),
                            wanted.integer(file, "count")};
        });
        if (found.size() > filesMax)
            throw Error(ErrorKind::BadReply,
                        "the export has more than " + std::to_string(filesMax) + " files");
        return found;
    };
    manifest.output = files("output");
    manifest.deleted = files("deleted");
    manifest.error = files("error");
    for (const auto& one : wanted.problems())
        manifest.issues.push_back({one.path, "the manifest: " + one.path + " " + one.text});
    return manifest;
}

}  // namespace

BulkManifest readBulkManifest(const json::Document& document, const Url& status,
                              const Client& client, std::size_t filesMax) {
    json::Wanted wanted;
    try {
        return read(wanted, document.root(), status, client, filesMax);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::InvalidInput) throw;
        const auto place = error.path().empty() ? "" : error.path() + " ";
        throw Error(ErrorKind::BadReply, "the manifest: " + place + error.what());
    }
}

Url checkedFile(Url url, const Url& base) {
    if (base.scheme == "https" && url.scheme != "https")
        throw Error(ErrorKind::BadReply, "a file of the export is at an address without TLS");
    if (url.isLoopback() && !base.isLoopback())
        throw Error(ErrorKind::BadReply, "a file of the export is on this machine itself");
    return url;
}

}  // namespace fhir
