#pragma once

#include "plugin/connections/authorization_servers.h"
#include "plugin/http_server/router.h"
#include "plugin/launch/uses.h"
#include "plugin/sessions/grants.h"

namespace plugin::launch {

/// SMART App Launch 2.2, EHR launch: GET /launch?iss&launch begins, GET /callback?code&state ends
/// it on one of our pages. Nothing is fetched for an `iss` that the site does not list, and nobody
/// is redirected to an address that a request named.
///
/// ## Whose callback is it?
///
/// `state` is 256 random bits. Its SHA-256 is stored here with everything that the callback needs,
/// and is valid once, for ten minutes. That alone would let an attacker begin a launch as
/// themselves, keep the address that the EHR sends them back to, and have a nurse's browser open
/// it: she would write down a patient's words as somebody else, in a chart that the attacker chose
/// (login CSRF). So a state is also bound to the browser that began the launch, by a cookie of 256
/// bits that is read nowhere else; its SHA-256 is stored with the state.
///
/// * The cookie is there and fits: it is the same browser.
/// * It is there and does not fit: refused, whatever else the request says.
/// * It is not there. Some browsers keep no cookie for a page that another site frames, or lose it
///   on the way through the EHR's own pages, and launches in frames have to work there as well. The
///   callback is accepted only if the browser itself says that the page is loaded into a frame
///   (`Sec-Fetch-Dest: iframe`, which no page can forge and every browser of today sends), because
///   the page that it leads to is shown only inside frames of the EHR that this very launch came
///   from (`frame-ancestors`): a frame on an attacker's site stays empty, and an attacker cannot
///   put a frame into the EHR. If it is a page of its own, for which browsers never lose a cookie
///   of ours, it is refused: that is a forged link in a mail or a chat. Such a callback joins no
///   session, so that a forged one never gets into the session of another user.
///
/// Session fixation: only we make a session's id, after the EHR has said who the user is. It is a
/// `__Host-` cookie that no other site can plant; it opens nothing without a page's token of 192
/// bits that only the answer to the callback holds; and a launch joins a session only if it belongs
/// to the same user of the same EHR; otherwise it begins a new one with a new id.
void addLaunch(http_server::Router& router, const Uses& uses,
               AuthorizationServers& authorizationServers,
               const http_server::ProblemWriter& asPage);

}  // namespace plugin::launch
