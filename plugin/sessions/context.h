#pragma once

#include <map>
#include <string>

namespace plugin::sessions {

/// What one opened page is about. It is stored on the server; the page holds only an opaque token
/// for it, so that two tabs can be about two patients and neither can ask for a third.
struct Context {
    enum class View {
        Units,  ///< the wards of this connection, to choose one
        Ward,
        Patient
    };
    View view = View::Patient;
    std::string connection;
    std::string user;         ///< `fhirUser` of who opened it, "Practitioner/7"; "" if unknown
    std::string userDisplay;  ///< their name, for the page's own header
    std::string unit;         ///< set if the page was opened from a ward
    std::string patient;      ///< Patient id, for View::Patient
    std::string encounter;    ///< Encounter id, if known
    std::string step;         ///< "ask": the page begins at its form; "": at its beginning
    bool needPatientBanner = true;
    std::map<std::string, std::string> style;  ///< of the EHR (`smart_style_url`), known keys only
    std::string grant;                         ///< id of the launch's tokens; "" if there are none

    /// "/app/patient": the page's path, for the address in whose fragment the token stands.
    std::string path() const;
    std::string toJson() const;
    /// Throws Error{InvalidInput} if the text is not what `toJson` wrote.
    static Context fromJson(std::string text);
};

/// "units", "ward" or "patient".
const char* toString(Context::View view) noexcept;

}  // namespace plugin::sessions
