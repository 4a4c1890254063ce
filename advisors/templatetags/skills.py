"""Words for skills in templates."""

from django import template

from advisors.labels import skill_label

register = template.Library()
register.filter("skill_label", skill_label)
