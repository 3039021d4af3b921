#include "plugin/store/sealing/vault.h"

#include "fhir/base/error.h"
#include "fhir/base/random.h"
#include "plugin/store/database.h"
#include "plugin/store/engine/row.h"

namespace plugin::store {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using namespace Poco::Data::Keywords;

constexpr const char* kSeal = "seal";
constexpr const char* kSearch = "search";

struct KeyRow {
    std::string id, purpose;
    std::int64_t created = 0;
    std::string wrapped;

    template <class Self>
    static auto columns(Self& row) {
        return std::tie(row.id, row.purpose, row.created, row.wrapped);
    }
};

std::string placeOf(const std::string& id) {
    return "data_key/wrapped/" + id;
}

/// The newest first: it seals.
std::vector<KeyRow> rowsIn(Poco::Data::Session& session) {
    return rowsOf<KeyRow>((session << "SELECT id, purpose, created, wrapped FROM data_key "
                                      "ORDER BY created DESC, id"));
}

void insert(Poco::Data::Session& session, const Cipher& masters, const char* purpose,
            const Key& key, fhir::Instant created) {
    KeyRow row{key.id, purpose, toMilliseconds(created),
               masters.seal(key.text().reveal(), placeOf(key.id))};
    session << "INSERT INTO data_key (id, purpose, created, wrapped) VALUES ($1, $2, $3, $4)",
        use(row), now;
}

Key newKey() {
    return Key::random(fhir::randomUuid().substr(0, 13));
}

Key unwrapped(const KeyRow& row, const Cipher& masters) {
    const std::string master(Cipher::keyOf(row.wrapped));
    if (!masters.has(master))
        throw Error(ErrorKind::InvalidInput,
                    "what this database holds was sealed under the key \"" + master +
                        "\", which is not among /store/keys; without it nothing can be read");
    return Key::fromText(row.id, fhir::Secret(masters.open(row.wrapped, placeOf(row.id))));
}

}  // namespace

Vault::Vault(Database& database, Cipher masters, fhir::Instant now)
    : database_(database), masters_(std::move(masters)) {
    makeFirstKeys(now);
    reload();
}

void Vault::makeFirstKeys(fhir::Instant now) {
    database_.transaction([&](Poco::Data::Session& session) {
        database_.lock(session, "data_key");
        if (!rowsIn(session).empty()) return;
        insert(session, masters_, kSeal, newKey(), now);
        insert(session, masters_, kSearch, newKey(), now);
    });
}

void Vault::reload() const {
    std::vector<Key> sealing;
    Key search;
    database_.read([&](Poco::Data::Session& session) {
        sealing.clear();
        for (const auto& row : rowsIn(session)) {
            if (row.purpose == kSearch)
                search = unwrapped(row, masters_);
            else
                sealing.push_back(unwrapped(row, masters_));
        }
    });
    auto fresh =
        std::make_shared<const Loaded>(Loaded{Cipher(std::move(sealing)), KeyedHash(search)});
    const std::scoped_lock lock(mutex_);
    loaded_ = std::move(fresh);
}

std::shared_ptr<const Vault::Loaded> Vault::loaded() const {
    const std::scoped_lock lock(mutex_);
    return loaded_;
}

std::shared_ptr<const Vault::Loaded> Vault::loadedFor(std::string_view sealed) const {
    auto at = loaded();
    const auto key = Cipher::keyOf(sealed);
    if (key.empty() || at->cipher.has(key)) return at;
    reload();  // another process has made a data key
    return loaded();
}

std::string Vault::seal(std::string_view plain, std::string_view place) const {
    return loaded()->cipher.seal(plain, place);
}

std::string Vault::open(std::string_view sealed, std::string_view place) const {
    return loadedFor(sealed)->cipher.open(sealed, place);
}

std::string Vault::hash(std::string_view purpose, std::string_view text) const {
    return text.empty() ? std::string() : loaded()->search.of(purpose, text);
}

bool Vault::isCurrent(std::string_view sealed) const {
    return sealed.empty() || Cipher::keyOf(sealed) == loaded()->cipher.currentKey();
}

bool Vault::opensKey(std::string_view wrapped) const noexcept {
    return masters_.has(Cipher::keyOf(wrapped));
}

std::string Vault::currentMark() const {
    return "wm1." + loaded()->cipher.currentKey() + ".";
}

std::string Vault::makeDataKey(fhir::Instant now) {
    const auto key = newKey();
    database_.transaction([&](Poco::Data::Session& session) {
        database_.lock(session, "data_key");
        auto newest = now;
        for (auto& row : rowsIn(session)) {
            newest = std::max(newest, toInstant(row.created) + std::chrono::milliseconds(1));
            row.wrapped = masters_.seal(unwrapped(row, masters_).text().reveal(), placeOf(row.id));
            session << "UPDATE data_key SET wrapped = $1 WHERE id = $2", use(row.wrapped),
                use(row.id), Poco::Data::Keywords::now;
        }
        insert(session, masters_, kSeal, key, newest);
    });
    reload();
    return key.id;
}

std::vector<std::string> Vault::dataKeys() const {
    std::vector<std::string> ids;
    database_.read([&](Poco::Data::Session& session) {
        ids.clear();
        for (const auto& row : rowsIn(session))
            if (row.purpose == kSeal) ids.push_back(row.id);
    });
    return ids;
}

}  // namespace plugin::store
