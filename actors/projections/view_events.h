// How each event changes its entity's view. The log is trusted: decide() refused all nonsense.
#pragma once

#include "actors/domain/phone.h"
#include "actors/projections/views.h"
#include "schemas/link_events.h"
#include "schemas/organization_events.h"
#include "schemas/phone_events.h"
#include "schemas/session_events.h"
#include "schemas/user_events.h"

namespace rookery {

void apply_event(OrganizationView& view, const organization::Event& event);
void apply_event(UserView& view, const user::Event& event);
void apply_event(PhoneView& view, const phone::Event& event);
void apply_event(SessionView& view, const session::Event& event);
void apply_event(LinkView& view, const link::Event& event);

}  // namespace rookery
