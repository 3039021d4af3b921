#include "fhir/client/links.h"

#include "fhir/r4/datatypes.h"

namespace fhir {

void checkId(std::string_view id) {
    if (!isId(id) || id == "." || id == "..")
        throw Error(ErrorKind::InvalidInput, "not a FHIR id (A-Z a-z 0-9 - . _ only)");
}

Url followed(std::string_view link, const Url& from, const ServerAddress& server,
             const std::string& what) {
    Url url;
    try {
        url = from.resolve(link);
    } catch (const Error& error) {
        throw Error(ErrorKind::BadReply, what + " is at " + error.what());
    }
    if (auto there = server.atBase(url)) return *std::move(there);
    throw Error(ErrorKind::BadReply,
                what +
                    " is on another origin than the FHIR base, and is not asked for; the server's "
                    "own base address may be set wrong, or is one to be named as an alias");
}

}  // namespace fhir
