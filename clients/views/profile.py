"""The profile of a client: experience, wealth, wishes, liquidity; edited without overwriting a colleague."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from advisors.labels import skill_label
from clients.forms_persona import PART_LABELS, ProfileForm
from clients.models import Client, ClientProfile
from clients.services.save_client_profile import PARTS, ProfileChanged, save_client_profile, version_of


@require_GET
@permission_required("clients.view_book", raise_exception=True)
def profile_panel(request: HttpRequest, pk: int) -> HttpResponse:
    client = get_object_or_404(Client.objects.visible_to(request.user), pk=pk)
    profile = ClientProfile.objects.visible_to(request.user).select_related("updated_by").filter(client=client).first()
    shares = profile.distribution if profile else {}
    context = {
        "client": client,
        "profile": profile,
        "parts": [(PART_LABELS[part], shares[part]) for part in PARTS if shares.get(part)],
        "wished": [skill_label(code) for code in profile.wished_skills] if profile else [],
    }
    return render(request, "clients/profile_panel.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("clients.edit_profile", raise_exception=True)
def profile_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A save over somebody else's is answered with both versions side by side (409); nothing typed is lost."""
    client = get_object_or_404(Client.objects.visible_to(request.user).select_related("branch"), pk=pk)
    profile = ClientProfile.objects.visible_to(request.user).filter(client=client).first()
    sent = request.POST.copy() if request.method == "POST" else None
    form = ProfileForm(
        sent,
        instance=profile or ClientProfile(client=client, branch=client.branch),
        initial={"seen": version_of(profile)},
    )
    differences: list[tuple[str, object, object]] = []
    if sent is not None and form.is_valid():
        try:
            save_client_profile(client=client, values=form.values(), seen=form.cleaned_data["seen"], actor=request.user)
        except ProfileChanged as error:
            differences = _differences(form, error.current)
            # Saving once more means: I have seen what my colleague wrote.
            sent["seen"] = version_of(error.current)
        except ValidationError as error:
            for field, problems in error.error_dict.items():
                form.add_error(field if field in form.fields else None, problems)
        else:
            messages.success(request, _("The profile has been saved."))
            return redirect(f"{reverse('clients:detail', args=[client.pk])}?tab=profile")
    context = {"form": form, "client": client, "differences": differences}
    return render(request, "clients/profile_edit.html", context, status=409 if differences else 200)


def _differences(form: ProfileForm, current: ClientProfile) -> list[tuple[str, object, object]]:
    """Label, mine, theirs, for every field in which the two differ."""
    mine = form.values()
    return [
        (str(current._meta.get_field(name).verbose_name), value, getattr(current, name))
        for name, value in mine.items()
        if getattr(current, name) != value
    ]
