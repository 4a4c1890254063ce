"""Staff accounts, kept by the firm administrator."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from branch_crm.core.forms import StaffForm
from branch_crm.core.models import Staff
from branch_crm.core.services.save_staff import save_staff


@require_GET
@permission_required("core.manage_staff", raise_exception=True)
def staff_list(request: HttpRequest) -> HttpResponse:
    accounts = (
        Staff.objects.visible_to(request.user).select_related("branch").order_by("branch__code", "role", "staff_no")
    )
    return render(request, "core/staff_list.html", {"accounts": accounts})


@require_http_methods(["GET", "POST"])
@permission_required("core.manage_staff", raise_exception=True)
def staff_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    account = get_object_or_404(Staff.objects.visible_to(request.user), pk=pk) if pk else None
    form = StaffForm(request.POST or None, instance=account)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_staff(account=form.instance, password=form.cleaned_data["password"], actor=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The account of %(name)s has been saved.") % {"name": saved.name})
            return redirect("core:staff_list")
    return render(request, "core/staff_edit.html", {"form": form, "account": account})
