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
#include "fhir/http/transport.h"
#include "fhir/r4/bundle.h"
#include "fhir/r4/capability_statement.h"

namespace fhir {

struct ClientOptions {
    Url base;  ///< the FHIR base, "https://host/api/FHIR/R4"; a last "/" makes no difference
    /// Other names that the server gives itself in its links, behind a proxy for example:
    /// "http://internal:8080/fhir". Such a link is asked for at `base` instead.
    std::vector<Url> aliases;
    Headers headers;  ///< sent with every request
    /// The Authorization header's value for a request to `base`, asked for each request; nullopt
    /// where the server wants none. Goes to the base's own origin and path only.
    std::function<std::optional<Secret>()> authorization = [] { return std::nullopt; };
    /// Told the value that the server answered 401 to. True: `authorization` has another one now,
    /// and the request, which was not carried out, goes out once more with it.
    std::function<bool(const Secret&)> renew = [](const Secret&) { return false; };
    Clock clock;                                ///< what the time limits are measured by
    std::chrono::milliseconds timeout{15'000};  ///< one request, from connect to the last byte
    Deadline deadline = Deadline::max();        ///< of all requests together
    int pagesMax = 100;                         ///< of one search
    std::size_t entriesMax = 50'000;            ///< of one search
    /// Its `self` link names the parameters that it searched by. Off for a server that always sends
    /// one without: then each match is checked for the patient who was asked for, and what is
    /// about nobody or somebody else is left out.
    bool selfLinkNamesParameters = true;
};

struct SearchOptions {
    /// `Prefer: handling=strict`: a server that does not know a parameter is to say so instead of
    /// passing over it (R4, search, section 3.1.1.1.2). Not every server does.
    bool strict = false;
    /// Gets what came along with the matches (`_include`, `_revinclude`). Where there is none,
    /// it goes where the matches go, with its `mode`.
    std::function<void(const BundleEntry&)> onInclude;
};

/// How a search ended.
struct SearchOutcome {
    int pages = 0;
    std::vector<Issue> issues;  ///< what the server remarked, and entries that could not be read
    /// Parameters that the server says it did not filter by, or of which nothing can be told
    /// (`selfLinkNamesParameters`): who asked filters by them again.
    std::vector<std::string> ignored;
    bool restarted = false;  ///< a page had expired, and the search was begun again
};

struct CreateOptions {
    /// `If-None-Exist`: a search that must find nothing, "identifier=system|value" percent-encoded
    /// (R4, http, section 3.1.0.8.2). Empty: an unconditional create.
    std::string ifNoneExist;
};

/// What a create did.
struct Created {
    enum class How { Created, AlreadyThere };  ///< 201, or 200 to a conditional create
    How how = How::Created;
    std::string location;  ///< "Observation/9"; "" where the server did not say
    std::string etag;      ///< `W/"1"`; "" where the server did not say
};

struct UpdateOptions {
    /// `If-Match`: the version that is to be replaced, `W/"3"` as it was read. Empty: whichever is
    /// there, which loses what somebody else wrote meanwhile.
    std::string ifMatch;
};

/// What an update or a patch did.
struct Updated {
    enum class How { Updated, Created };  ///< 200, or 201 where nothing was there
    How how = How::Updated;
    std::string location;  ///< "Observation/9"; "" where the server did not say
    std::string etag;      ///< of the new version; "" where the server did not say
};

/// A resource and the version that it is.
struct Versioned {
    json::Document document;
    std::string etag;  ///< `W/"3"`, from the header or `meta.versionId`; "" where neither is there
};

/// A FHIR R4 server as seen by its client. https://hl7.org/fhir/R4/http.html
///
/// Throws Error whose text names the step and what the server said in codes, never what it said
/// in words. After Error{Unavailable} or Error{BadReply} from one that writes, it may or may not
/// have been done. May be used from several threads at once.
class Client {
public:
    Client(http::Transport& transport, ClientOptions options);

    /// GET [base]/[type]/[id], as a document. Throws Error{NotFound} on 404 and 410.
    json::Document read(std::string_view type, std::string_view id) const;

    template <class Resource>
    Resource read(std::string_view id) const {
        return readAs<Resource>(Resource::resourceType, id);
    }

    /// As `read`, with what an update of it is to name as the version.
    Versioned readVersioned(std::string_view type, std::string_view id) const;
    /// GET [base]/[type]/[id]/_history/[versionId].
    json::Document readVersion(std::string_view type, std::string_view id,
                               std::string_view versionId) const;

    /// GET [base]/[type]?[query] and every page after it. `onEntry` gets each match (and include),
    /// once for each of its versions; outcome entries become issues. `next` links are followed as
    /// they are, but only on the base's own origin or below an alias; a page seen before and more
    /// pages than allowed end in Error{BadReply}. A page that has expired (404, 410) begins the
    /// search again, once. What `onEntry` throws as Error{InvalidInput} becomes an issue and the
    /// rest goes on.
    ///
    /// Throws Error{Refused} before anything is given where the server says that it did not filter
    /// by the patient who was asked for (`selfLinkNamesParameters`).
    SearchOutcome search(std::string_view type, const Query& query,
                         const std::function<void(const BundleEntry&)>& onEntry,
                         const SearchOptions& options = {}) const;

    /// POST [base]/[type]. An answer of 200 or 201 is a success whatever its body. Throws
    /// Error{Conflict} with status 412 where more than one resource fits `ifNoneExist`, and with
    /// 409 where it is there already or is written by somebody else at the moment.
    Created create(std::string_view type, const std::string& resource,
                   const CreateOptions& options = {}) const;

    /// PUT [base]/[type]/[id]. Throws Error{Conflict} where another version is there.
    Updated update(std::string_view type, std::string_view id, const std::string& resource,
                   const UpdateOptions& options = {}) const;
    /// PUT [base]/[type]?[criteria]: the one that fits, or a new one. Throws Error{Conflict} where
    /// more than one fits.
    Updated updateWhere(std::string_view type, const Query& criteria,
                        const std::string& resource) const;
    /// PATCH [base]/[type]/[id] with the operations of a JSON Patch (RFC 6902).
    Updated patch(std::string_view type, std::string_view id, const std::string& operations,
                  const UpdateOptions& options = {}) const;

    /// POST [base]: each request by itself; each answer has its own status.
    BatchAnswers batch(const std::vector<BatchRequest>& requests) const;
    /// POST [base]: all or none. Throws where it is none.
    BatchAnswers transaction(const std::vector<BatchRequest>& requests) const;

    /// GET [base]/metadata.
    CapabilityStatement capabilities() const;

    /// The same client, whose every request ends by this deadline.
    Client withDeadline(Deadline deadline) const;

    const ClientOptions& options() const noexcept { return options_; }

    // The parts, for what goes beyond these interactions (bulk_export.h).

    http::Transport& transport() const noexcept { return transport_; }
    /// [base]/[path]?[query]
    Url urlOf(std::string_view path, const Query& query = {}) const;
    /// A request with the connection's headers, `Accept: application/fhir+json` and, where `url`
    /// lies within the base, its credential.
    http::Request request(std::string_view method, const Url& url) const;
    /// What `send` answers to the request; and where that is a 401 to its credential, which means
    /// that nothing was done, and `renew` has another one, to the request with that.
    http::Response renewing(http::Request request,
                            const std::function<http::Response(const http::Request&)>& send) const;

private:
    template <class Resource>
    Resource readAs(std::string_view type, std::string_view id) const {
        const auto document = read(type, id);
        return asReply("read " + std::string(type),
                       [&] { return Resource::fromJson(document.root()); });
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
    /// Sends a bare request with the credential, renewed where need be.
    http::Response exchange(const std::string& step, http::Request request) const;
    /// A GET whose answer may come from no cache.
    http::Request freshGet(const Url& url) const;
    json::Document get(const std::string& step, const http::Request& request) const;
    /// Reads one page of a search; nullopt where it has expired.
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
};

}  // namespace fhir
