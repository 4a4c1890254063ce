"""The home page of each role, and the small parts of the frame that refresh themselves."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home/home.html")


def running_jobs(request: HttpRequest) -> HttpResponse:
    return render(request, "components/_running_jobs.html")
