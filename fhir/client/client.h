#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/base/error.h"
#include "fhir/base/secret.h"
#include "fhir/client/batch.h"
#include "fhir/client/remarks.h"
#include "fhir/http/transport.h"
#include "fhir/r4/bundle.h"
#include "fhir/r4/capability_statement.h"
#include "fhir/r4/resource_issue.h"

namespace fhir {

struct ClientOptions {
    Url base;  ///< the FHIR base, "https://host/api/FHIR/R4"; a last "/" makes no difference
    /// Other base addresses that the server's links and references may have, for example behind a
    /// proxy: "http://internal:8080/fhir". Such a link is requested at `base` instead.
    std::vector<Url> aliases;
    Headers headers;  ///< sent with every request
    /// Gives the value of the Authorization header, called for each request; nullopt if the server
    /// needs none. Sent only to addresses at or below `base`.
    std::function<std::optional<Secret>()> authorization = [] { return std::nullopt; };
    /// Called with the Authorization value that the server answered 401 to. True: `authorization`
    /// now has another value, and the request, which was not carried out, is sent once more with
    /// it.
    std::function<bool(const Secret&)> renew = [](const Secret&) { return false; };
    Clock clock;                                ///< measures the time limits
    std::chrono::milliseconds timeout{15'000};  ///< one request, from connect to the last byte
    Deadline deadline = Deadline::max();        ///< of all requests together
    int pagesMax = 100;                         ///< of one search
    std::size_t entriesMax = 50'000;            ///< of one search
    /// The server's `self` link names the parameters that it searched by. False for a server whose
    /// link never does: then each match is checked here, and one that is not about a patient asked
    /// for is left out.
    bool selfLinkNamesParameters = true;
};

struct SearchOptions {
    /// `Prefer: handling=strict`: a server should refuse a parameter that it does not know, not
    /// ignore it (R4, search, section 3.1.1.1.2). Not every server obeys.
    bool strict = false;
    /// Gets what `_include` and `_revinclude` add to the matches. If not set, these entries go to
    /// the same function as the matches, with their `mode`.
    std::function<void(const BundleEntry&)> onInclude;
};

/// How a search ended.
struct SearchOutcome {
    int pages = 0;
    /// What the server says it could not do; entries that were not given, which have a path; and
    /// elements that were left out of an entry that was given, which have none.
    std::vector<Issue> issues;
    /// What the server says beside its answer, in codes: "information informational". In the log,
    /// and nobody's fault.
    std::vector<std::string> remarks;
    /// Parameters that the server says it did not filter by, or all those of which this is not
    /// known (`selfLinkNamesParameters`): the caller must filter by them.
    std::vector<std::string> ignored;
    bool restarted = false;     ///< a page had expired, and the search began again
    std::size_t elsewhere = 0;  ///< entries left out as another server's; `issues` has one line
};

struct CreateOptions {
    /// `If-None-Exist`: the create happens only if this search finds nothing:
    /// "identifier=system|value", percent-encoded (R4, http, section 3.1.0.8.2). Empty: an
    /// unconditional create.
    std::string ifNoneExist;
};

/// What a create did.
struct Created {
    enum class How { Created, AlreadyThere };  ///< 201; 200 for a conditional create
    How how = How::Created;
    std::string location;  ///< "Observation/9"; "" if the server did not say
    std::string etag;      ///< `W/"1"`; "" if the server did not say
};

struct UpdateOptions {
    /// `If-Match`: the version to replace, `W/"3"` as it was read. Empty: any version, which loses
    /// what somebody else has written meanwhile.
    std::string ifMatch;
};

/// What an update or a patch did.
struct Updated {
    enum class How { Updated, Created };  ///< 200 or 204; 201 if nothing was there
    How how = How::Updated;
    std::string location;  ///< "Observation/9"; "" if the server did not say
    std::string etag;      ///< of the new version; "" if the server did not say
};

/// A resource and its version.
struct Versioned {
    json::Document document;
    std::string etag;  ///< `W/"3"`, from the header or `meta.versionId`; "" if neither is there
};

/// What a Binary holds. https://hl7.org/fhir/R4/binary.html
struct BinaryContent {
    std::string contentType;
    std::string content;  ///< bytes
};

/// A FHIR R4 server as seen by its client. https://hl7.org/fhir/R4/http.html
///
/// Throws Error whose text names the step and the server's codes, never the server's own words.
/// After Error{Unavailable} or Error{BadReply} from a write, the write may or may not have been
/// done. May be used from several threads at once.
class Client {
public:
    Client(http::Transport& transport, ClientOptions options);

    /// GET [base]/[type]/[id], as a document. Throws Error{NotFound} on 404 and 410.
    json::Document read(std::string_view type, std::string_view id) const;

    /// Reads a resource, of which each element costs only itself: those that cannot be read go into
    /// `problems`. Throws Error{BadReply} if one that is needed cannot be read.
    template <class Resource>
    Resource read(std::string_view id, std::vector<Issue>& problems) const {
        const auto document = read(Resource::resourceType, id);
        json::Wanted wanted;
        auto resource = readAs<Resource>(document, wanted);
        for (const auto& one : wanted.problems())
            problems.push_back(issueOfElement(document.root(), one, server_));
        return resource;
    }
    /// The same, with the problems in the log.
    template <class Resource>
    Resource read(std::string_view id) const {
        json::Wanted wanted;
        auto resource = readAs<Resource>(read(Resource::resourceType, id), wanted);
        json::logLeftOut(Resource::resourceType, wanted.problems());
        return resource;
    }

    /// As `read`, with the version that an update of the resource must name.
    Versioned readVersioned(std::string_view type, std::string_view id) const;
    /// GET [base]/Binary/[id]. The server may answer with the resource or with the bytes themselves
    /// (R4, Binary, section 2.39.2); both are taken. Throws as `read`.
    BinaryContent readBinary(std::string_view id) const;
    /// GET [base]/[type]/[id]/_history/[versionId].
    json::Document readVersion(std::string_view type, std::string_view id,
                               std::string_view versionId) const;

    /// GET [base]/[type]?[query] and every page after it. `onEntry` gets each match (and include),
    /// once per version; an outcome entry becomes a remark, or an issue where it tells of an error,
    /// and what is another server's by its `fullUrl` is left out with one issue. `next` links are
    /// followed unchanged, but only on the base's own origin or below an alias. A page seen before,
    /// or more pages or entries than allowed, ends in Error{BadReply}. If a page has expired (404,
    /// 410), the search begins again, once. An Error{InvalidInput} from `onEntry` becomes an issue,
    /// and the search goes on.
    ///
    /// Throws Error{Refused}, before any entry is given, if the server says that it did not filter
    /// by the patient (`selfLinkNamesParameters`).
    SearchOutcome search(std::string_view type, const Query& query,
                         const std::function<void(const BundleEntry&)>& onEntry,
                         const SearchOptions& options = {}) const;

    /// POST [base]/[type]. An answer of 200 or 201 is a success whatever its body. Throws
    /// Error{Conflict}: with status 412 if more than one resource fits `ifNoneExist`, with 409 if
    /// the resource exists already or somebody else is writing it at the moment.
    Created create(std::string_view type, const std::string& resource,
                   const CreateOptions& options = {}) const;

    /// PUT [base]/[type]/[id]. Throws Error{Conflict} if the server has another version.
    Updated update(std::string_view type, std::string_view id, const std::string& resource,
                   const UpdateOptions& options = {}) const;
    /// PUT [base]/[type]?[criteria]: updates the resource that fits, or creates one. Throws
    /// Error{Conflict} if more than one fits.
    Updated updateWhere(std::string_view type, const Query& criteria,
                        const std::string& resource) const;
    /// PATCH [base]/[type]/[id] with the operations of a JSON Patch (RFC 6902).
    Updated patch(std::string_view type, std::string_view id, const std::string& operations,
                  const UpdateOptions& options = {}) const;

    /// POST [base]: each request by itself; each answer has its own status.
    BatchAnswers batch(const std::vector<BatchRequest>& requests) const;
    /// POST [base]: all requests or none. Throws if none was carried out.
    BatchAnswers transaction(const std::vector<BatchRequest>& requests) const;

    /// GET [base]/metadata: without a credential, which R4 lets everybody do (http, capabilities);
    /// with ours where the server gives none to whoever has none.
    CapabilityStatement capabilities() const;

    /// The same client, whose every request ends by this deadline.
    Client withDeadline(Deadline deadline) const;

    const ClientOptions& options() const noexcept { return options_; }
    /// Which addresses and references are this server's.
    const ServerAddress& server() const noexcept { return server_; }

    // The building blocks of other interactions (bulk_export.h).

    http::Transport& transport() const noexcept { return transport_; }
    /// What the server said beside its answers, to this client and its copies.
    Remarks& remarks() const noexcept { return *remarks_; }
    /// [base]/[path]?[query]
    Url urlOf(std::string_view path, const Query& query = {}) const;
    /// A request with the connection's headers, `Accept: application/fhir+json` and, if `url` lies
    /// at or below the base, the credential.
    http::Request request(std::string_view method, const Url& url) const;
    /// Sends the request with `send`. If the answer is 401 to its credential, which means that
    /// nothing was done, and `renew` returns true, sends it once more with the new credential.
    http::Response renewing(http::Request request,
                            const std::function<http::Response(const http::Request&)>& send) const;

private:
    template <class Resource>
    static Resource readAs(const json::Document& document, json::Wanted& wanted) {
        return asReply("read " + std::string(Resource::resourceType),
                       [&] { return Resource::fromJson(document.root(), wanted); });
    }
    template <class Function>
    static auto asReply(std::string_view step, Function function) {
        try {
            return function();
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::InvalidInput) throw;
            const auto place = error.path().empty() ? "" : error.path() + " ";
            throw Error(ErrorKind::BadReply, std::string(step) + ": " + place + error.what(),
                        error.path());
        }
    }
    /// As `request`, without the credential.
    http::Request bare(std::string_view method, const Url& url) const;
    void addCredential(http::Request& request) const;
    /// Adds the credential to a bare request and sends it; renews the credential if necessary.
    http::Response exchange(const std::string& step, http::Request request) const;
    /// A GET whose answer must not come from a cache.
    http::Request freshGet(const Url& url) const;
    json::Document get(const std::string& step, const http::Request& request) const;
    json::Document readMetadata(const std::string& step) const;
    /// Reads one page of a search; nullopt if it has expired.
    std::optional<Bundle> findPage(const std::string& step, const Url& url,
                                   const SearchOptions& search, bool mayHaveExpired,
                                   BundleReader reader) const;
    http::Request writing(std::string_view method, const Url& url, std::string body,
                          std::string contentType = "application/fhir+json") const;
    Updated putOrPatch(const std::string& step, http::Request request, std::string_view type,
                       const UpdateOptions& options) const;
    BatchAnswers sendBundle(const std::string& type,
                            const std::vector<BatchRequest>& requests) const;

    http::Transport& transport_;
    ClientOptions options_;
    ServerAddress server_;
    std::shared_ptr<Remarks> remarks_ = std::make_shared<Remarks>();  // also of copies
};

}  // namespace fhir
